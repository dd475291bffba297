-- Reported incidents by period, against what the season would give.
return {
  name    = "trend",
  version = "1.0.0",
  kind    = "visualisation",
  summary = { en = "Reported incidents by period, with a seasonal baseline and the periods that break it.",
              fr = "Incidents signalés par période, avec une base saisonnière et les périodes qui s'en écartent." },
  caveat  = { en = "More reports can mean more crime, more police, or more trust.",
              fr = "Plus de signalements peut vouloir dire plus de crimes, plus de police ou plus de confiance." },
  source  = "Farrington et al., A statistical algorithm for the early detection of outbreaks (1996), simplified",
  needs   = { incidents = { "date", "n" } },
  params  = {
    every = { "month", choices = { "week", "month", "quarter", "year" }, help = { en = "step", fr = "pas" } },
  },

  run = function(jam, p)
    local incidents = jam:columns "SELECT date, n, _row FROM incidents WHERE date IS NOT NULL AND n IS NOT NULL ORDER BY _row"
    if #incidents == 0 then jam:fail("no incident says its date") end
    local t = jam.time.series(incidents, { every = p.every })
    if #t < 3 then jam:fail(("a trend needs 3 steps, got %d (try a shorter step: every=week)"):format(#t)) end
    local base = jam.time.baseline(t, { value = "n" })
    t.expected, t.low, t.high, t.unusual = base.expected, base.low, base.high, base.unusual

    jam:view {
      name = "trend", kind = "chart", data = t,
      title = { en = "Reported incidents", fr = "Incidents signalés" },
      x = { "period", label = { en = "Time", fr = "Temps" } },
      y = { "n", label = { en = "Reported incidents", fr = "Incidents signalés" }, zero = true },
      marks = {
        { "area", y1 = "low", y2 = "high", label = { en = "usual range", fr = "plage habituelle" } },
        { "line", y = "expected", dash = true, label = { en = "baseline", fr = "base" } },
        { "line", y = "n", label = { en = "reported", fr = "signalés" } },
        { "dot", y = "n", where = "unusual", label = { en = "unusual", fr = "inhabituels" } },
      },
    }
  end,
}
