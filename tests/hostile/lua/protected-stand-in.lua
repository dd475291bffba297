-- verdict: FAILED; says: gender
-- An account, an ad or a handle stands for a person.
return {
  name = "protected-stand-in", version = "1.0.0", kind = "detection", summary = "Points at people by gender.", caveat = "None.",
  needs = { people = { "gender" } },
  run = function(jam)
    jam:finding { title = "A lead", score = 0.5, subjects = { handle = "h1" }, place = { region = "CA-AB" },
                  evidence = jam:value "SELECT list(_row) FROM people WHERE gender = 'f'" }
  end,
}
