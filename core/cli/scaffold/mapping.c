/* What this maps, in one line. Change it, and run: datajam run @NAME@ */
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
  dj_frame *regions = dj_columns(jam,
    "SELECT region, sum(n) AS incidents, list(_row) AS _row "
    "FROM incidents WHERE region IS NOT NULL GROUP BY region ORDER BY region");

  if (dj_length(regions) == 0) dj_fail(jam, "no incident says its region");
  dj_layer(jam, .name = "incidents", .title = "Reported incidents", .kind = "regions",
           .data = regions, .color = "incidents", .label = "region");
}

DJ_PLUGIN(
  .name = "@NAME@", .version = "0.1.0", .kind = "mapping",
  .summary = "Reported incidents by region.",
  .caveat = "Reports follow police and helplines. Say here what this can not tell.",
  .needs = {{ "incidents", "region n" }},
  .run = run);
