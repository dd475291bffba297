-- verdict: FAILED
return {
  name = "sql-delete", version = "1.0.0", kind = "detection",
  summary = "Deletes what it was lent.",
  needs = { incidents = { "n" } },
  run = function(jam)
    for _ in jam:rows "DELETE FROM incidents" do end
  end,
}
