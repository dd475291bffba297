-- verdict: TIMEOUT
return {
  name = "sql-without-end", version = "1.0.0", kind = "detection",
  summary = "A recursive query without an end.",
  run = function(jam)
    for _ in jam:rows "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n" do end
  end,
}
