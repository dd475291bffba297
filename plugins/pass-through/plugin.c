/* Accounts that pass money on within hours of receiving it. */
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
  /* Each payment in, with the first payment out that could be the same money; then by account. */
  dj_query *q = dj_select(jam,
    "WITH passes AS ("
    "  SELECT i.to_account AS account, i._row AS in_row, i.amount AS in_amount, i.at AS in_at,"
    "         o._row AS out_row, o.amount AS out_amount, o.at AS out_at,"
    "         row_number() OVER (PARTITION BY i._row ORDER BY o.at, o._row) AS place "
    "  FROM transactions i JOIN transactions o ON o.from_account = i.to_account "
    "   AND seconds(o.at) BETWEEN seconds(i.at) AND seconds(i.at) + :hours * 3600 "
    "   AND o.amount BETWEEN i.amount * :share AND i.amount "
    "  WHERE i.amount >= :least) "
    "SELECT account, count(*), sum(in_amount), sum(out_amount), min(in_at), max(out_at), list(in_row), list(out_row) "
    "FROM passes WHERE place = 1 GROUP BY account HAVING count(*) >= :at_least ORDER BY account");

  while (dj_next(q)) {
    double n = dj_real(q, 1), in = dj_real(q, 2), out = dj_real(q, 3), percent = 100 * out / in;
    long long hours = dj_param_integer(jam, "hours");
    dj_rows paid_on = dj_row_list(q, 7);

    dj_finding(jam,
      .title = dj_format(jam, "%.0f payments passed on within %lld hours, %.0f %% of the money"
                         DJ_FR "%.0f paiements transmis en %lld heures, %.0f %% de l'argent",
                         n, hours, percent, n, hours, percent),
      .score = out / in * n / (n + 1),
      .subjects = {{ "account", dj_text(q, 0) }},
      .first = dj_text(q, 4), .last = dj_text(q, 5),
      .values = {{ "passes", n }, { "received", in }, { "passed_on", out }},
      .evidence = dj_row_list(q, 6),
      .more_evidence = &paid_on, .n_more_evidence = 1
    );
  }
}

DJ_PLUGIN(
  .name = "pass-through", .version = "1.0.0", .kind = "detection",
  .summary = "Accounts that pass on what they receive within hours, nearly whole."
    DJ_FR "Comptes qui transmettent en quelques heures, presque en entier, ce qu'ils reçoivent.",
  .caveat = "Payroll firms and landlords' agents do this lawfully."
    DJ_FR "Les services de paie et les mandataires de propriétaires le font légalement.",
  .source = "FINTRAC, Operational alert: The laundering of illicit proceeds from human trafficking for sexual exploitation (2021)",
  .needs = {{ "transactions", "from_account to_account amount at" }},
  .params = {
    { .name = "hours", .type = DJ_INTEGER, .value.integer = 48, .min = 1, .max = 720, .unit = "hours",
      .help = "longest time from in to out" DJ_FR "délai le plus long entre l'entrée et la sortie" },
    { .name = "share", .type = DJ_REAL, .value.real = 0.9, .min = 0.1, .max = 1,
      .help = "least share passed on" DJ_FR "plus petite part transmise" },
    { .name = "least", .type = DJ_REAL, .value.real = 500, .min = 0, .max = 1e12, .unit = "CAD",
      .help = "least payment looked at" DJ_FR "plus petit paiement examiné" },
    { .name = "at_least", .type = DJ_INTEGER, .value.integer = 3, .min = 1, .max = 1000,
      .help = "least number of passes" DJ_FR "nombre minimal de passages" },
  },
  .run = run);
