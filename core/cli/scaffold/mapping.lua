-- What this maps, in one line. Change it, and run: datajam run @NAME@
return {
  name    = "@NAME@",
  version = "0.1.0",
  kind    = "mapping",
  summary = "Reported incidents by region.",
  caveat  = "Reports follow police and helplines. Say here what this can not tell.",
  needs   = { incidents = { "region", "n" } },
  params  = {},

  run = function(jam, p)
    local regions = jam:columns [[
      SELECT region, sum(n) AS incidents, list(_row) AS _row
      FROM incidents WHERE region IS NOT NULL GROUP BY region ORDER BY region ]]
    if #regions == 0 then jam:fail("no incident says its region") end

    jam:layer { name = "incidents", title = "Reported incidents", kind = "regions",
                data = regions, color = "incidents", label = "region" }
  end,
}
