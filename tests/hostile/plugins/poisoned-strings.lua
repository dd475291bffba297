-- verdict: FAILED
return {
  name = "poisoned-strings", version = "1.0.0", kind = "detection",
  summary = "Changes what every text can do.",
  run = function(jam)
    getmetatable("").__index = function() return function() return "poison" end end
  end,
}
