-- verdict: OK; quiet
-- What is past 1 MiB is cut, and that is told; it is no reason to lose the result.
local line = string.rep("x", 4000)
for i = 1, 5000 do jam:log(line) end
