-- verdict: FAILED "io"
return {
  name = "reads-by-io", version = "1.0.0", kind = "detection",
  summary = "Opens a file as Lua does elsewhere.",
  run = function(jam)
    print(io.open("@SECRET@"):read "a")
  end,
}
