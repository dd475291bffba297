-- verdict: FAILED
return {
  name = "score-of-nan", version = "1.0.0", kind = "detection",
  summary = "A score that is no number.",
  needs = { incidents = { "n" } },
  run = function(jam)
    local row = jam:value "SELECT min(_row) FROM incidents"
    jam:finding { title = "x", score = 0 / 0, evidence = row, subjects = { region = "x" } }
  end,
}
