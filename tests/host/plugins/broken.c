/* Goes wrong in the way that the param `case` names; or, where DJ_BAD_* is set, in its constructor or description. */
#include <datajam/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void spin(void) { for (volatile int i = 1; i;) {} }

static void run(dj_jam *jam)
{
  const char *what = dj_param_text(jam, "case");
#define IS(name) (strcmp(what, name) == 0)
  if (IS("fail")) dj_fail(jam, "no data for 2024");
  if (IS("exit")) exit(0);
  if (IS("exit handler")) { atexit(spin); return; }
  if (IS("crash")) __builtin_trap();
  if (IS("open")) { if (fopen("/etc/passwd", "r")) dj_log(jam, "opened"); }
  if (IS("stderr")) { fprintf(stderr, "native words\n"); } if (IS("stdout")) printf("printed words\n");
  if (IS("dbscan")) jam->geo->dbscan(jam, NULL, NULL, 0, 1, 1, NULL);
  if (IS("communities")) jam->graph->communities(jam, NULL, NULL, NULL, 0, 0, 1, NULL);
  if (IS("text as number")) { dj_query *q = dj_select(jam, "SELECT person FROM people"); dj_next(q); dj_integer(q, 0); }
  if (IS("number as text")) { dj_query *q = dj_select(jam, "SELECT lat FROM people"); dj_next(q); dj_text(q, 0); }
  if (IS("no row")) { dj_query *q = dj_select(jam, "SELECT 1"); dj_text(q, 0); }
  if (IS("past the end")) { dj_query *q = dj_select(jam, "SELECT 1"); dj_next(q); dj_integer(q, 1); }
  if (IS("no param")) dj_param_integer(jam, "dayz");
  if (IS("param type")) dj_param_integer(jam, "case");
  if (IS("bind")) { dj_query *q = dj_select(jam, "SELECT :a"); dj_bind_integer(q, "b", 1); }
  if (IS("no column")) dj_reals(dj_columns(jam, "SELECT 1 AS a"), "b");
  if (IS("role table")) dj_table(jam, "people", dj_columns(jam, "SELECT 1 AS a"));
  if (IS("same names")) dj_columns(jam, "SELECT 1 AS a, 2 AS a");
  if (IS("mixed")) dj_columns(jam, "SELECT 1 AS a UNION ALL SELECT 'x'");
  if (IS("role")) dj_has(jam, "accounts", NULL);
  if (IS("long note")) { char text[502]; memset(text, 'x', 501); text[501] = 0; dj_note(jam, text); }
  if (IS("many notes")) for (int i = 0; i < 65; i++) dj_note(jam, "again");
  if (IS("many logs")) { char text[4001]; memset(text, 'x', 4000); text[4000] = 0; for (int i = 0; i < 400; i++) dj_log(jam, text); }
  if (IS("progress")) for (unsigned i = 0; i < 2000000; i++) dj_progress(jam, i, 2000000);
  if (IS("backwards")) dj_progress(jam, 3, 2);
  if (IS("many findings")) {
    int64_t row = (int64_t)1 << 48 | 1;
    for (int i = 0; i < 11; i++) dj_finding(jam, .title = "x", .score = 1, .subjects = {{ "account", "A" }}, .evidence = { &row, 1 });
  }
}

DJ_PLUGIN(.name = "broken", .version = "1.0.0", .kind = "detection", .summary = "Breaks.", .wants = {{ "people", "person lat" }},
  .params = {{ .name = "case", .type = DJ_TEXT, .help = "how" }}, .run = run);
