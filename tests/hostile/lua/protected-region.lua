-- verdict: OK; findings: 1
-- Allowed: a region, on enough rows. protected-by-proxy reads this.
return {
  name = "protected-region", version = "1.0.0", kind = "detection", summary = "Regions by gender.", caveat = "None.",
  needs = { people = { "gender" } },
  run = function(jam)
    jam:finding { title = "A region", score = 0.5, subjects = { region = "CA-AB" }, place = { region = "CA-AB" },
                  evidence = jam:value "SELECT list(_row) FROM people WHERE gender = 'f'" }
  end,
}
