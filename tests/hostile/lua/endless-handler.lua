-- verdict: TIMEOUT; says: CPU: used
xpcall(function() error("x") end, function() while true do end end)
