-- verdict: TIMEOUT "CPU"
return {
  name = "endless-loop", version = "1.0.0", kind = "detection",
  summary = "Never ends.",
  run = function(jam)
    while true do end
  end,
}
