-- verdict: FAILED; says: more than 64 notes
for i = 1, 1 << 30 do jam:note("note " .. i) end
