-- verdict: OUTPUT-LIMIT "findings"
return {
  name = "flood-of-findings", version = "1.0.0", kind = "detection",
  summary = "More findings than anybody reads.",
  needs = { incidents = { "n" } },
  run = function(jam)
    local row = jam:value "SELECT min(_row) FROM incidents"
    for k = 1, 1e9 do
      jam:finding { title = "x", score = 1, evidence = row, subjects = { region = k } }
    end
  end,
}
