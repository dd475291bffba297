-- verdict: FAILED; says: values
local t = jam:row "SELECT to_account, _row FROM transactions ORDER BY _row LIMIT 1"
jam:finding { title = "A lead", score = 0.5, subjects = { account = t.to_account }, evidence = t._row, values = { x = 1e999 } }
