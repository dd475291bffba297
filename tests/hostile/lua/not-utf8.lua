-- verdict: FAILED; says: title
local t = jam:row "SELECT to_account, _row FROM transactions ORDER BY _row LIMIT 1"
jam:finding { title = "A\xc0\x80B\xed\xa0\x80", score = 0.5, subjects = { account = t.to_account }, evidence = t._row }
