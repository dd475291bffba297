-- verdict: TIMEOUT; says: CPU: used
error(setmetatable({}, { __tostring = function() while true do end end }))
