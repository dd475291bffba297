/* What this looks for, in one line. Change it, and run: datajam run @NAME@ */
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
  /* :least is the param of that name; _row names a source row; list(_row) is evidence. */
  dj_query *q = dj_select(jam,
    "SELECT to_account, count(*), sum(amount), min(at), max(at), list(_row) "
    "FROM transactions WHERE to_account IS NOT NULL "
    "GROUP BY to_account HAVING sum(amount) >= :least ORDER BY 3 DESC, 1");
  double least = dj_param_real(jam, "least");

  while (dj_next(q)) {
    double total = dj_real(q, 2);
    dj_finding(jam,
      .title = dj_format(jam, "%.0f received in %lld payments", total, (long long)dj_integer(q, 1)),
      .score = 1 - least / (least + total),
      .subjects = {{ "account", dj_text(q, 0) }},
      .first = dj_text(q, 3), .last = dj_text(q, 4),
      .values = {{ "total", total }},
      .evidence = dj_row_list(q, 5)
    );
  }
}

DJ_PLUGIN(
  .name = "@NAME@", .version = "0.1.0", .kind = "detection",
  .summary = "Accounts that received much more than others.",
  .caveat = "Much money has many honest reasons. Say here what this can not tell.",
  .needs = {{ "transactions", "to_account amount at" }},
  .params = {{ .name = "least", .type = DJ_REAL, .value.real = 50000, .min = 0, .max = 1e12, .unit = "CAD",
               .help = "report accounts that received this or more" }},
  .run = run);
