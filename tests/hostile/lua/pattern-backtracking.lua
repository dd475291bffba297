-- verdict: TIMEOUT; says: CPU: used
-- One call of a C function that never comes back: no hook would see it.
string.find(string.rep("a", 200), string.rep("a-", 100) .. "b")
