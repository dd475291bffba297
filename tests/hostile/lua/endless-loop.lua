-- verdict: TIMEOUT; says: CPU: used; nine
while true do end
