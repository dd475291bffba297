-- verdict: FAILED
return {
  name = "title-of-10-megabytes", version = "1.0.0", kind = "detection",
  summary = "A title that fills a page, and a disk.",
  needs = { incidents = { "n" } },
  run = function(jam)
    local row = jam:value "SELECT min(_row) FROM incidents"
    jam:finding { title = ("x"):rep(10000000), score = 1, evidence = row, subjects = { region = "x" } }
  end,
}
