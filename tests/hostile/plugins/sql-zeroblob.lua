-- verdict: FAILED
return {
  name = "sql-zeroblob", version = "1.0.0", kind = "detection",
  summary = "A blob of 2 GiB.",
  run = function(jam)
    for _ in jam:rows "SELECT length(hex(zeroblob(2000000000)))" do end
  end,
}
