-- verdict: MEMORY; says: Lua held; nine
local s = string.rep("a", 1 << 30)
