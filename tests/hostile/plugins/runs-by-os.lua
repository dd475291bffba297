-- verdict: FAILED "os"
return {
  name = "runs-by-os", version = "1.0.0", kind = "detection",
  summary = "Starts a program as Lua does elsewhere.",
  run = function(jam)
    os.execute "cat @SECRET@"
  end,
}
