-- verdict: TIMEOUT
return {
  name = "backtracking", version = "1.0.0", kind = "detection",
  summary = "A pattern that tries every way there is, inside one C function.",
  run = function(jam)
    local text = ("a"):rep(40)
    for _ = 1, 1e9 do
      text:find((".-"):rep(20) .. "b")
    end
  end,
}
