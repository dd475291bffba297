-- verdict: TIMEOUT "CPU"
return {
  name = "endless-tostring", version = "1.0.0", kind = "detection",
  summary = "An error object whose __tostring never ends.",
  run = function(jam)
    error(setmetatable({}, { __tostring = function() while true do end end }))
  end,
}
