/* What this shows, in one line. Change it, and run: datajam run @NAME@ */
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
  dj_frame *years = dj_columns(jam,
    "SELECT year(date) AS period, sum(n) AS incidents "
    "FROM incidents WHERE date IS NOT NULL GROUP BY period ORDER BY period");

  if (dj_length(years) == 0) dj_fail(jam, "no incident says its date");
  dj_view(jam, .name = "years", .title = "Reported incidents by year", .kind = "chart", .data = years,
          .x = { .column = "period", .label = "Year" },
          .y = { .column = "incidents", .label = "Reported incidents", .zero = 1 },
          .marks = {{ .type = "line" }, { .type = "dot" }});
}

DJ_PLUGIN(
  .name = "@NAME@", .version = "0.1.0", .kind = "visualisation",
  .summary = "Reported incidents by year.",
  .caveat = "More reports can mean more crime, more police, or more trust.",
  .needs = {{ "incidents", "date n" }},
  .run = run);
