-- verdict: FAILED
return {
  name = "sql-attach", version = "1.0.0", kind = "detection",
  summary = "Attaches a file of its own.",
  run = function(jam)
    for _ in jam:rows "ATTACH '@SECRET@' AS other" do end
  end,
}
