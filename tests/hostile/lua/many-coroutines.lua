-- verdict: MEMORY; says: Lua held
local all = {}
for i = 1, 1 << 30 do
  all[i] = coroutine.create(function() coroutine.yield() end)
  coroutine.resume(all[i])
end
