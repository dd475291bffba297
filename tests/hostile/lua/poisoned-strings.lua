-- verdict: OK; findings: 1
-- The functions that strings share can be broken by a plugin for itself alone; what the host does with texts does not ask them.
local mt = getmetatable("")
assert(mt == false, "the metatable of strings is in reach")
assert(not pcall(function() string.format = function() return "poisoned" end end) or true)
assert(not pcall(setmetatable, "", {}))
local t = jam:row "SELECT to_account, _row FROM transactions ORDER BY _row LIMIT 1"
jam:finding { title = "A lead", score = 0.5, subjects = { account = t.to_account }, evidence = t._row }
