-- verdict: MEMORY "Lua held"
return {
  name = "doubling", version = "1.0.0", kind = "detection",
  summary = "A text that doubles.",
  run = function(jam)
    local text = "x"
    while true do text = text .. text end
  end,
}
