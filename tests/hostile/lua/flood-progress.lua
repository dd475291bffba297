-- verdict: OK
for i = 1, 300000 do jam:progress(i, 300000) end
