-- verdict: OK
return {
  name = "title-of-html", version = "1.0.0", kind = "detection",
  summary = "A title that is markup: shown as text.",
  needs = { incidents = { "n" } },
  run = function(jam)
    local row = jam:value "SELECT min(_row) FROM incidents"
    jam:finding { title = "<script>alert(1)</script><img src=x onerror=alert(1)>", score = 1, evidence = row,
                  subjects = { region = "</script>" } }
  end,
}
