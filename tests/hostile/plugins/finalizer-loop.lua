-- verdict: FAILED "__gc"
return {
  name = "finalizer-loop", version = "1.0.0", kind = "detection",
  summary = "A finalizer that never ends.",
  run = function(jam)
    setmetatable({}, { __gc = function() while true do end end })
  end,
}
