-- verdict: MEMORY
return {
  name = "deep-recursion", version = "1.0.0", kind = "detection",
  summary = "Calls itself without an end.",
  run = function(jam)
    local function deeper(n) return 1 + deeper(n + 1) end
    deeper(1)
  end,
}
