-- verdict: FAILED; says: more than 16 layers
for i = 1, 1 << 30 do
  jam:layer { name = "l" .. i, title = "A layer", kind = "points", data = jam.frame { lat = { 50.5 }, lon = { -113.5 } } }
end
