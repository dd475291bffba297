-- verdict: FAILED; says: gender
-- A region, but too few rows: who they are can be told.
return {
  name = "protected-small-cell", version = "1.0.0", kind = "detection", summary = "Points at people by gender.", caveat = "None.",
  needs = { people = { "gender" } },
  run = function(jam)
    jam:finding { title = "A lead", score = 0.5, subjects = { region = "CA-AB" }, place = { region = "CA-AB" },
                  evidence = jam:value "SELECT list(_row) FROM (SELECT _row FROM people WHERE gender = 'f' ORDER BY _row LIMIT 3)" }
  end,
}
