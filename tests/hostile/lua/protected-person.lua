-- verdict: FAILED; says: gender
return {
  name = "protected-person", version = "1.0.0", kind = "detection", summary = "Points at people by gender.", caveat = "None.",
  needs = { people = { "person", "gender" } },
  run = function(jam)
    jam:finding { title = "A lead", score = 0.5, subjects = { person = "P1" },
                  evidence = jam:value "SELECT list(_row) FROM people WHERE gender = 'f'" }
  end,
}
