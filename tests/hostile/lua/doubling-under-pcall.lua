-- verdict: MEMORY; says: Lua held
-- A spent limit is not caught: it ends the run.
pcall(function()
  local t = {}
  for i = 1, 1 << 30 do t[i] = i end
end)
jam:note "went on"
