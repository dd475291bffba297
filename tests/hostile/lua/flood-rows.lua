-- verdict: FAILED; says: 50001 rows
jam:view { name = "v", title = "A view", kind = "table", data = jam:columns "SELECT a.amount FROM transactions a, transactions b LIMIT 50001" }
