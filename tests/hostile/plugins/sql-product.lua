-- verdict: TIMEOUT
return {
  name = "sql-product", version = "1.0.0", kind = "detection",
  summary = "Every row with every row with every row, in one text.",
  run = function(jam)
    for _ in jam:rows [[WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000)
        SELECT group_concat(a.i || b.i || c.i) FROM n a, n b, n c]] do end
  end,
}
