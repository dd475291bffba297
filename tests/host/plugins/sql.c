/* Runs the SQL of a param and logs each row: how tests/host/sql.test speaks to the worker. */
#include <datajam/plugin.h>

static const char *list(dj_jam *jam, dj_query *q, size_t i, int of_text)
{
  const char *text = "[";
  if (of_text) {
    size_t n;
    const char *const *item = dj_text_list(q, i, &n);
    for (size_t k = 0; k < n; k++) text = dj_format(jam, "%s%s%s", text, k ? " " : "", item[k]);
  } else {
    dj_rows rows = dj_row_list(q, i);
    for (size_t k = 0; k < rows.n; k++) text = dj_format(jam, "%s%s%lld", text, k ? " " : "", (long long)rows.row[k]);
  }
  return dj_format(jam, "%s]", text);
}

static void run(dj_jam *jam)
{
  int64_t columns = dj_param_integer(jam, "columns"), texts = dj_param_integer(jam, "texts");
  dj_query *q = dj_select(jam, dj_param_text(jam, "sql"));

  while (dj_next(q)) {
    const char *line = "";
    for (size_t i = 0; i < (size_t)columns; i++) {
      const char *cell = "NULL";
      switch (dj_value_type(q, i)) {
      case DJ_INTEGER: cell = dj_format(jam, "%lld", (long long)dj_integer(q, i)); break;
      case DJ_REAL: cell = dj_format(jam, "%.15gr", dj_real(q, i)); break;
      case DJ_TEXT: cell = dj_format(jam, "'%s'", dj_text(q, i)); break;
      case DJ_LIST: cell = list(jam, q, i, texts != 0); break;
      default: break;
      }
      line = dj_format(jam, "%s%s%s", line, i ? " | " : "", cell);
    }
    dj_log(jam, line);
  }
}

DJ_PLUGIN(.name = "sql", .version = "1.0.0", .kind = "detection", .summary = "Runs SQL.",
  .wants = {{ "transactions", "from_account to_account amount at channel n" }, { "people", "person given_name lat lon" }},
  .params = {{ .name = "sql", .type = DJ_TEXT, .help = "SQL" },
             { .name = "columns", .type = DJ_INTEGER, .value.integer = 1, .min = 1, .max = 64, .help = "columns of a row" },
             { .name = "texts", .type = DJ_BOOLEAN, .help = "lists are of text" }},
  .run = run);
