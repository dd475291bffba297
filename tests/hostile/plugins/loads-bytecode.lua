-- verdict: FAILED
return {
  name = "loads-bytecode", version = "1.0.0", kind = "detection",
  summary = "Loads bytecode, which the interpreter does not check.",
  run = function(jam)
    load("\27Lua" .. ("\0"):rep(100), "x", "b")()
  end,
}
