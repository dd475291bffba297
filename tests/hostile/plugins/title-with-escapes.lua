-- verdict: FAILED
return {
  name = "title-with-escapes", version = "1.0.0", kind = "detection",
  summary = "Control characters in a title, which a terminal would obey.",
  needs = { incidents = { "n" } },
  run = function(jam)
    local row = jam:value "SELECT min(_row) FROM incidents"
    jam:finding { title = "\27[2J\27[1;31mgone", score = 1, evidence = row, subjects = { region = "x" } }
  end,
}
