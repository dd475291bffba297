-- verdict: OK
-- The column was not declared: no name, alias or join reaches it.
return {
  name = "protected-ways-round", version = "1.0.0", kind = "detection", summary = "Tries to read gender.", caveat = "None.",
  needs = { people = { "person" } },
  run = function(jam)
    for _, sql in ipairs {
      "SELECT gender FROM people",
      "SELECT * FROM d1.p", "SELECT gender FROM p", "SELECT gender FROM \"d1\".\"p\"", "SELECT gender FROM [d1].p",
      "SELECT gender FROM d1/**/.p", "SELECT gender FROM D1 . p",
      "WITH people AS (SELECT gender FROM d1.p) SELECT * FROM people",
      "WITH people AS (SELECT gender FROM p) SELECT * FROM people",
      "SELECT count(*) FROM p JOIN (SELECT 'f' AS gender) USING (gender)",
      "SELECT count(*) FROM d1.p NATURAL JOIN (SELECT 'f' AS gender)",
      "SELECT count(*) FROM people NATURAL JOIN p",
      "SELECT sql FROM sqlite_master", "SELECT * FROM pragma_table_info('p')",
      "SELECT (SELECT gender FROM p WHERE p.rowid = people._row & 65535) FROM people",
      "SELECT person FROM people ORDER BY gender", "SELECT person FROM people WHERE \"gender\" IS NOT \"gender\" || ''",
    } do
      local done = pcall(function()
        for r in jam:rows(sql) do
          for _, v in pairs(r) do assert(v ~= "f" and v ~= "m", "read: " .. sql) end
          -- a quoted name that is no column is a text in SQLite: that reads nothing
          assert(sql:find("||", 1, true), "not refused: " .. sql)
        end
      end)
      if done then assert(sql:find("||", 1, true), "not refused: " .. sql) end
    end
  end,
}
