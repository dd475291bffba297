-- verdict: FAILED
return {
  name = "loads-a-library", version = "1.0.0", kind = "detection",
  summary = "Loads native code.",
  run = function(jam)
    package.loadlib("libc.so.6", "system")
  end,
}
