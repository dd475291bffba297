-- verdict: OK
-- What could load code, look behind values, or reach the machine is not there, under any name.
for _, name in ipairs { "io", "os", "debug", "package", "require", "load", "loadfile", "dofile", "loadstring", "collectgarbage" } do
  assert(not pcall(function() return _G and _G[name] or error("none") end), name)
end
assert(not pcall(function() return string.dump(function() end) end), "string.dump")
assert(getmetatable(jam) == nil or type(getmetatable(jam)) ~= "table" or not pcall(rawset, getmetatable(jam), "x", 1), "jam can be changed")
