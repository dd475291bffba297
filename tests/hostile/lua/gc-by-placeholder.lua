-- verdict: FAILED; says: __gc
local mt = { __gc = true }
setmetatable({}, mt)
mt.__gc = function() while true do end end
