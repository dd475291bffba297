-- verdict: OK
return {
  name = "flood-of-log", version = "1.0.0", kind = "detection",
  summary = "A log without measure: cut, and no reason to end anything.",
  run = function(jam)
    for k = 1, 1e5 do print(("word "):rep(200), k) end
  end,
}
