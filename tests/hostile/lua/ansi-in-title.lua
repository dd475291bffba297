-- verdict: FAILED; says: title
local t = jam:row "SELECT to_account, _row FROM transactions ORDER BY _row LIMIT 1"
jam:finding { title = "\27[2J\27]0;owned\7", score = 0.5, subjects = { account = t.to_account }, evidence = t._row }
