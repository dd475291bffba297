-- verdict: FAILED "debug"
return {
  name = "looks-through-debug", version = "1.0.0", kind = "detection",
  summary = "Looks for what is under the interpreter.",
  run = function(jam)
    print(debug.getregistry())
  end,
}
