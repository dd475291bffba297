-- verdict: TIMEOUT "CPU"
return {
  name = "loop-in-coroutine", version = "1.0.0", kind = "detection",
  summary = "Never ends, in a coroutine, under pcall, again and again.",
  run = function(jam)
    while true do
      pcall(coroutine.wrap(function() while true do end end))
    end
  end,
}
