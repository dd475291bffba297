-- verdict: OK
local list, flip = {}, false
for i = 1, 10000 do list[i] = i % 7 end
pcall(table.sort, list, function() flip = not flip return flip end)
pcall(table.sort, list, function() return true end)
