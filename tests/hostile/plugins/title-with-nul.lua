-- verdict: FAILED
return {
  name = "title-with-nul", version = "1.0.0", kind = "detection",
  summary = "A text that ends in its middle.",
  needs = { incidents = { "n" } },
  run = function(jam)
    local row = jam:value "SELECT min(_row) FROM incidents"
    jam:finding { title = "a\0b", score = 1, evidence = row, subjects = { region = "x" } }
  end,
}
