-- verdict: OUTPUT-LIMIT; says: findings: used 100001, allowed 100000; nine
local t = jam:row "SELECT to_account, _row FROM transactions ORDER BY _row LIMIT 1"
for i = 1, 1 << 30 do
  jam:finding { title = "A lead", score = 0.5, subjects = { account = t.to_account }, evidence = t._row, key = "k" .. i }
end
