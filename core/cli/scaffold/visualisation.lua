-- What this shows, in one line. Change it, and run: datajam run @NAME@
return {
  name    = "@NAME@",
  version = "0.1.0",
  kind    = "visualisation",
  summary = "Reported incidents by year.",
  caveat  = "More reports can mean more crime, more police, or more trust.",
  needs   = { incidents = { "date", "n" } },
  params  = {},

  run = function(jam, p)
    local years = jam:columns [[
      SELECT year(date) AS period, sum(n) AS incidents
      FROM incidents WHERE date IS NOT NULL GROUP BY period ORDER BY period ]]
    if #years == 0 then jam:fail("no incident says its date") end

    jam:view { name = "years", title = "Reported incidents by year", kind = "chart", data = years,
               x = { "period", label = "Year" }, y = { "incidents", label = "Reported incidents", zero = true },
               marks = { { "line" }, { "dot" } } }
  end,
}
