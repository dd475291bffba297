-- verdict: MEMORY "Lua held"
return {
  name = "doubling-under-pcall", version = "1.0.0", kind = "detection",
  summary = "A limit can not be caught.",
  run = function(jam)
    while true do
      pcall(function()
        local all = {}
        while true do all[#all + 1] = ("x"):rep(1 << 20) .. #all end
      end)
    end
  end,
}
