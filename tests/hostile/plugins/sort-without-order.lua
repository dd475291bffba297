-- verdict: OK
return {
  name = "sort-without-order", version = "1.0.0", kind = "detection",
  summary = "An order that contradicts itself.",
  run = function(jam)
    local t = {}
    for k = 1, 1000 do t[k] = k * 7919 % 1000 end
    pcall(table.sort, t, function() return true end)
  end,
}
