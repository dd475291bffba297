-- verdict: MEMORY; says: Lua held
local s = "abcdefgh"
while true do s = s .. s end
