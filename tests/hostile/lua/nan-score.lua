-- verdict: FAILED; says: score
local t = jam:row "SELECT to_account, _row FROM transactions ORDER BY _row LIMIT 1"
jam:finding { title = "A lead", score = 0 / 0, subjects = { account = t.to_account }, evidence = t._row }
