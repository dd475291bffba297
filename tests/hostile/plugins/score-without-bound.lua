-- verdict: FAILED
return {
  name = "score-without-bound", version = "1.0.0", kind = "detection",
  summary = "A score past all bounds.",
  needs = { incidents = { "n" } },
  run = function(jam)
    local row = jam:value "SELECT min(_row) FROM incidents"
    jam:finding { title = "x", score = 1e999, evidence = row, subjects = { region = "x" } }
  end,
}
