-- verdict: MEMORY "Lua held"
return {
  name = "gibibyte", version = "1.0.0", kind = "detection",
  summary = "One text of 1 GiB.",
  run = function(jam)
    local text = ("x"):rep(1 << 30)
    print(#text)
  end,
}
