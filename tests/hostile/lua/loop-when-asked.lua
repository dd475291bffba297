-- verdict: TIMEOUT; says: when asked what it is
-- The top level of the file, before any run: the description is asked for in a cage too.
while true do end
return {}
