-- verdict: FAILED
return {
  name = "evidence-that-is-not-there", version = "1.0.0", kind = "detection",
  summary = "A row that nobody has.",
  needs = { incidents = { "n" } },
  run = function(jam)
    local row = jam:value "SELECT max(_row) FROM incidents"
    jam:finding { title = "x", score = 1, evidence = row + 1000, subjects = { region = "x" } }
  end,
}
