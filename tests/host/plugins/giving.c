/* Gives one finding, layer or view, right or wrong as the param `case` says: how tests/host/native.c tries the rules. */
#include <datajam/plugin.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct given {
  dj_jam *jam;
  dj_rows rows; /* three rows of transactions */
  dj_frame *frame;
} given;

static const dj_finding right = { .title = "Three payments", .score = 0.5, .subjects = {{ "account", "A1" }} };
static const int64_t count[] = { 17 }, beyond[] = { (int64_t)9 << 48 | 1 };
static const char long_text[] = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
                                "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x";

static void finding(given *g, const char *what)
{
  dj_finding f = right;
  f.evidence = g->rows;
#define IS(name) (strcmp(what, name) == 0)
  if (IS("plain")) f.score = 0.25;
  if (IS("full")) {
    f.detail = "Two lines.\nThe second.";
    f.first = "2024-03-02T10:00:00"; f.last = "2024-03-02";
    f.region = "CA-ON"; f.place = "p1";
    f.has_point = 1; f.lat = 45.5; f.lon = -73.6; f.radius_m = 500;
    f.values[0] = (dj_value){ "deposits", 3 }; f.values[1] = (dj_value){ "total", 1.5 };
    f.reasons[0] = "Each just under the threshold";
    f.subjects[1] = (dj_subject){ "account", "A0" }; f.subjects[2] = (dj_subject){ "account", "A1" };
  }
  if (IS("both languages")) {
    f.title = dj_format(g->jam, "%d payments" DJ_FR "%d paiements", 3, 3);
    f.detail = "Said twice." DJ_FR "Dit deux fois.";
    f.reasons[0] = "Just under" DJ_FR "Juste au-dessous";
    dj_note(g->jam, "A remark" DJ_FR "Une remarque");
  }
  if (IS("french alone")) f.title = DJ_FR "Trois paiements";
  if (IS("no french")) f.title = "Three payments" DJ_FR;
  if (IS("no words")) f.title = DJ_FR;
  if (IS("three languages")) f.title = "One" DJ_FR "un" DJ_FR "uno";
  if (IS("long french")) f.title = dj_format(g->jam, "short" DJ_FR "%s", long_text);
  if (IS("no title")) f.title = NULL;
  if (IS("empty title")) f.title = "";
  if (IS("long title")) f.title = long_text;
  if (IS("two lines")) f.title = "a\nb";
  if (IS("escape")) f.title = "a\033[2Jb";
  if (IS("not utf8")) f.title = "a\xff";
  if (IS("score")) f.score = 1.5;
  if (IS("nan score")) f.score = NAN;
  if (IS("no subject")) f.subjects[0].type = NULL;
  if (IS("subject type")) f.subjects[0].type = "Account";
  if (IS("no id")) f.subjects[0].id = NULL;
  if (IS("count")) f.evidence = (dj_rows){ count, 1 };
  if (IS("beyond")) f.evidence = (dj_rows){ beyond, 1 };
  if (IS("no evidence")) f.evidence.n = 0;
  if (IS("half period")) f.first = "2024-01-01";
  if (IS("odd period")) { f.first = "January"; f.last = "2024-01-02"; }
  if (IS("turned period")) { f.first = "2024-01-02"; f.last = "2024-01-01"; }
  if (IS("far")) { f.has_point = 1; f.lat = 91; }
  if (IS("radius")) f.radius_m = 5;
  if (IS("infinite")) f.values[0] = (dj_value){ "n", INFINITY };
  if (IS("value name")) f.values[0] = (dj_value){ "N", 1 };
  if (IS("long key")) f.key = long_text;
  if (IS("same")) { dj_emit_finding(g->jam, &f); dj_emit_finding(g->jam, &f); }
  if (IS("many rows") || IS("many subjects")) {
    size_t n = 10001;
    int64_t *row = dj_alloc(g->jam, 2 * n, sizeof *row);
    dj_subject *more = dj_alloc(g->jam, 1001, sizeof *more);
    for (size_t i = 0; i < 2 * n; i++) row[i] = ((int64_t)3 << 48) + (int64_t)(n - i % n);
    for (size_t i = 0; i < 1001; i++) more[i] = (dj_subject){ "ad", dj_format(g->jam, "%zu", i) };
    f.evidence = (dj_rows){ row, 2 * n };
    f.more_subjects = more;
    f.n_more_subjects = IS("many rows") ? 999 : 1001;
  }
  if (IS("key twice")) { f.key = "k"; dj_emit_finding(g->jam, &f); }
  dj_emit_finding(g->jam, &f);
}

static void layer(given *g, const char *what)
{
  dj_layer l = { .name = "homes", .title = "Homes", .kind = "points", .data = g->frame, .color = "person", .tooltip = { "given_name" } };
  if (IS("layer both languages")) l.title = "Homes" DJ_FR "Domiciles";
  if (IS("layer name")) l.name = "Homes";
  if (IS("layer kind")) l.kind = "dots";
  if (IS("layer column")) l.color = "colour";
  if (IS("layer palette")) l.palette = "rainbow";
  if (IS("layer data")) l.data = NULL;
  if (IS("layer regions")) l.kind = "regions";
  if (IS("layer twice")) dj_emit_layer(g->jam, &l);
  if (IS("layer rows")) {
    int64_t row[3] = { 1, 2, 3 };
    dj_set_integers(g->frame, "_row", row);
    l.tooltip[0] = NULL;
  }
  dj_emit_layer(g->jam, &l);
}

static void view(given *g, const char *what)
{
  dj_view v = { .name = "where", .title = "Where", .kind = "chart", .data = g->frame, .x = { .column = "lat", .label = "Latitude" },
                .y = { .column = "lon", .zero = 1 }, .marks = {{ .type = "dot", .color = "person" }, { .type = "line", .dash = 1, .label = "way" }} };
  if (IS("view table")) { v = (dj_view){ .name = "t", .title = "T", .kind = "table", .data = g->frame, .columns = { "person", "lat" } }; }
  if (IS("view text")) { v = (dj_view){ .name = "t", .title = "T", .kind = "text", .text = "# Words\n**bold**" }; }
  if (IS("view network")) {
    dj_frame *edges = dj_columns(g->jam, "SELECT 'P1' AS source, 'P2' AS target, 1 AS weight, 'x' AS other");
    dj_frame *nodes = dj_columns(g->jam, "SELECT person AS node, given_name, lat FROM people ORDER BY 1");
    v = (dj_view){ .name = "n", .title = "N", .kind = "network", .nodes = nodes, .edges = edges, .label = "given_name" };
  }
  if (IS("view both languages")) {
    v.title = "Where" DJ_FR "Où";
    v.x.label = "Latitude" DJ_FR "Latitude nord";
    v.marks[1].label = "way" DJ_FR "chemin";
  }
  if (IS("view text both languages")) v = (dj_view){ .name = "t", .title = "T", .kind = "text", .text = "# Words" DJ_FR "# Mots" };
  if (IS("view mark")) v.marks[1].type = "pie";
  if (IS("view marks")) v.marks[0].type = NULL;
  if (IS("view label")) v.y.label = "";
  if (IS("view axis")) v.x.column = "lot";
  if (IS("view no y")) v.y.column = NULL;
  if (IS("view lane")) v.lane = "lat";
  if (IS("view flow")) v = (dj_view){ .name = "f", .title = "F", .kind = "flow", .data = g->frame, .source = "person", .target = "person" };
  dj_emit_view(g->jam, &v);
}

static void run(dj_jam *jam)
{
  const char *what = dj_param_text(jam, "case");
  given g = { .jam = jam };
  dj_query *q = dj_select(jam, "SELECT list(_row) FROM transactions WHERE amount > 9450");
  dj_next(q);
  g.rows = dj_row_list(q, 0);
  g.frame = dj_columns(jam, "SELECT person, given_name, lat, lon, _row FROM people ORDER BY _row");
  if (strncmp(what, "layer", 5) == 0) layer(&g, what);
  else if (strncmp(what, "view", 4) == 0) view(&g, what);
  else finding(&g, what);
}

DJ_PLUGIN(.name = "giving", .version = "1.0.0", .kind = "detection", .summary = "Gives." DJ_FR "Donne.", .caveat = "A test.",
  .source = "none", .needs = {{ "transactions", "from_account amount" }, { "findings", "sql frames" }},
  .wants = {{ "people", "person given_name lat lon" }},
  .params = {
    { .name = "case", .type = DJ_TEXT, .help = "which" },
    { .name = "days", .type = DJ_INTEGER, .value.integer = 7, .min = 1, .max = 90, .unit = "days", .help = "window" },
    { .name = "share", .type = DJ_REAL, .value.real = 0.9, .min = 0.1, .help = "least share" },
    { .name = "every", .type = DJ_TEXT, .value.text = "month", .choices = "week month", .help = "step" },
    { .name = "all", .type = DJ_BOOLEAN, .value.integer = 1, .help = "all of them" DJ_FR "tous" },
  },
  .shard = "from_account", .run = run);
