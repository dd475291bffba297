-- verdict: FAILED
return {
  name = "sql-pragma", version = "1.0.0", kind = "detection",
  summary = "Switches a guard of SQLite off.",
  run = function(jam)
    for _ in jam:rows "PRAGMA writable_schema = 1" do end
  end,
}
