-- Gives every call of jam what it does not expect: nothing but "alive" and whole messages may come of it. The world is that of
-- worker.h; the param `stream` names the stream of chance.

local function make_junk(jam, p, r, f)
  local plain = { true, false, 0, 1, -1, 1.5, 0 / 0, 1 / 0, math.mininteger, "", "x", "SELECT 1 AS a", "SELECT ?", "a\0b",
    "\xff", "\27[0m", jam, jam.time, p, f, f.lat, f.l, jam.null, print, coroutine.create(print) }
  local names = { "title", "score", "evidence", "place", "data", "kind", "name", "x", "marks", "columns", "lat", "every" }

  local function junk(depth) -- a value of any kind, now and then a table of such
    if depth > 1 or r:integer(1, 3) > 1 then return plain[r:integer(1, #plain)] end
    local t = {}
    for i = 1, r:integer(0, 4) do t[r:integer(1, 2) == 1 and i or r:pick(names)] = junk(depth + 1) end
    return t
  end
  return junk
end

local function call_with_junk(jam, p, r, f, junk)
  local methods = { "rows", "each", "columns", "row", "value", "table", "finding", "layer", "view", "keep", "progress", "has",
    "sources", "now", "random" }
  local functions = { jam.frame, jam.sorted, jam.time.series, jam.time.baseline, jam.geo.haversine_m, jam.geo.geohash,
    jam.text.fold, setmetatable, math.random, coroutine.resume, coroutine.wrap, pcall, xpcall, error, next, pairs, table.concat }
  local g = jam.frame { a = { 1, 2, 3 } }
  local a = { junk(0), junk(0), junk(0), junk(0) }
  local n = r:integer(0, 4)

  pcall(function() jam[r:pick(methods)](jam, table.unpack(a, 1, n)) end)
  pcall(r:pick(functions), table.unpack(a, 1, n))
  pcall(function() g[a[1]] = a[2] end)
  pcall(function() return g[a[1]] end)
  pcall(function() return f.lat[a[1]] end)
  pcall(function() return f.l:slice(a[1], a[2]) end)
  pcall(function() return f.lat:take(a[1]) end)
  pcall(function() return r:pick(a[1]), r:shuffle(a[2]) end)
  pcall(function() return p[a[1]] end)
end

-- Tables that are right but for a field or two.
local function give_spoilt(jam, r, f, junk, i)
  local row = f._row[1]
  local function spoil(t)
    local keys = {}
    for k in jam.sorted(t) do keys[#keys + 1] = k end
    for _ = 1, r:integer(0, 2) do t[r:pick(keys)] = junk(0) end
    return t
  end

  pcall(function()
    jam:finding(spoil { title = "t", score = 0.5, evidence = spoil { row }, subjects = spoil { person = { "a", 1 } },
      place = spoil { region = "QC", lat = 1, lon = 2, radius_m = 1 }, period = spoil { "2024-01-01", "2024-01-02" },
      values = spoil { a = 1, b = 2 }, reasons = spoil { "x", { en = "y" } }, detail = "d", key = "k" .. i })
  end)
  pcall(function()
    jam:layer(spoil { name = "l" .. i, title = "x", kind = "points", data = f, color = "lat", tooltip = spoil { "lat" } })
  end)
  pcall(function()
    jam:view(spoil { name = "v" .. i, title = "x", kind = "chart", data = f, x = spoil { "lat", label = "x", log = true },
      y = "lat", marks = spoil { spoil { "line", y = "lat", dash = true, label = "z" }, { "dot" } } })
  end)
  pcall(function()
    jam:view(spoil { name = "w" .. i, title = "x", kind = "table", data = f,
      columns = spoil { "lat", spoil { "person", label = "p", digits = 2, unit = "m" } } })
  end)
  pcall(function() return jam:value("SELECT :a, :b", spoil { a = 1, b = 2 }) end)
  pcall(function()
    local t = jam.time.series(jam.frame(spoil { n = spoil { 1, 2 }, date = spoil { "2024-01-01", "2024-02-01" } }),
      spoil { every = "day", value = "n" })
    jam.time.baseline(t, spoil { season = 2, value = "n" })
    jam:table("t", t)
  end)
end

return {
  name    = "junk",
  version = "1.0.0",
  kind    = "detection",
  summary = "Calls everything with anything.",
  params  = { stream = { "a", help = "which chance" } },

  run = function(jam, p)
    local r = jam:random(p.stream)
    local f = jam:columns "SELECT person, lat, _row, list(lon) AS l FROM people GROUP BY 1, 2, 3 ORDER BY _row"
    local junk = make_junk(jam, p, r, f)

    for i = 1, 3000 do
      call_with_junk(jam, p, r, f, junk)
      give_spoilt(jam, r, f, junk, i)
    end
    print("alive")
  end,
}
