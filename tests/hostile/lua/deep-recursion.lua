-- verdict: MEMORY; says: the stack is full
local function deeper(n) return 1 + deeper(n + 1) end
deeper(1)
