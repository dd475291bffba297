-- verdict: FAILED; says: gender
-- Reads no protected column itself, only the findings of a run that did.
return {
  name = "protected-by-proxy", version = "1.0.0", kind = "detection", summary = "Points at people, by a region's evidence.", caveat = "None.",
  needs = { people = { "person" }, findings = "protected-region" },
  run = function(jam)
    for p in jam:rows "SELECT p.person, p._row FROM finding_evidence e JOIN people p ON p._row = e.row ORDER BY p._row" do
      jam:finding { title = "A lead", score = 0.5, subjects = { person = p.person }, evidence = p._row }
    end
  end,
}
