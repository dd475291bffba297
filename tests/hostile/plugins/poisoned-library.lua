-- verdict: OK
return {
  name = "poisoned-library", version = "1.0.0", kind = "detection",
  summary = "Changes the library for itself, and for nobody else.",
  needs = { incidents = { "n" } },
  run = function(jam)
    string.format = function() return "poison" end
    local row = jam:value "SELECT min(_row) FROM incidents"
    jam:finding { title = "mine", score = 1, evidence = row, subjects = { region = "x" } }
  end,
}
