-- verdict: TIMEOUT; says: CPU: used
-- A limit is no error that pcall could catch, and a coroutine is no way out of it.
while true do
  pcall(coroutine.wrap(function() while true do pcall(function() while true do end end) end end))
end
