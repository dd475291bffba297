-- Where incidents were reported: by region, and as points where the data has them.
return {
  name    = "incident-map",
  version = "1.0.0",
  kind    = "mapping",
  summary = { en = "Reported incidents on the map: by province or territory, and as points.",
              fr = "Incidents signalés sur la carte : par province ou territoire, et en points." },
  caveat  = { en = "Counts follow people, police and helplines. A blank region may be one that nobody asks.",
              fr = "Les nombres suivent la population, la police et les lignes d'aide. Une région vide est peut-être une région que personne n'interroge." },
  needs   = { incidents = { "n" } },
  wants   = { incidents = { "region", "lat", "lon", "date", "type" } },
  params  = {},

  run = function(jam, p)
    local regions = jam:columns [[
      SELECT region, sum(n) AS incidents, min(date) AS first, max(date) AS last, list(_row) AS _row
      FROM incidents WHERE region IS NOT NULL GROUP BY region ORDER BY region ]]
    local points = jam:columns [[
      SELECT lat, lon, n AS incidents, date, type, _row
      FROM incidents WHERE lat IS NOT NULL AND lon IS NOT NULL ORDER BY date, _row ]]
    if #regions == 0 and #points == 0 then
      jam:fail("no incident says where: neither a region nor lat and lon is filled")
    end

    if #regions > 0 then
      jam:layer {
        name = "regions", kind = "regions", data = regions,
        title = { en = "Reported incidents by region", fr = "Incidents signalés par région" },
        color = "incidents", label = "region", tooltip = { "incidents", "first", "last" },
      }
    end
    if #points > 0 then
      jam:layer {
        name = "points", kind = "points", data = points,
        title = { en = "Reported incidents", fr = "Incidents signalés" },
        size = "incidents", time = "date", tooltip = { "date", "type", "incidents" },
      }
    end

    local nowhere = jam:value [[ SELECT count(*) FROM incidents WHERE region IS NULL AND (lat IS NULL OR lon IS NULL) ]]
    if nowhere > 0 then
      jam:note { en = ("%d rows say no place and are not on the map"):format(nowhere),
                 fr = ("%d lignes sans lieu ne sont pas sur la carte"):format(nowhere) }
    end
  end,
}
