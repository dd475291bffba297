/* Every call of plugin.h that is no finding, layer or view; logs what came. */
#include <datajam/plugin.h>
#include <math.h>
#include <string.h>

#define SAY(...) dj_log(jam, dj_format(jam, __VA_ARGS__))

static void tables(dj_jam *jam)
{
  dj_frame *f = dj_columns(jam, "SELECT person, lat, 2 AS k, list(_row) AS rows FROM people GROUP BY person ORDER BY person");
  double z[3] = { 1.5, NAN, -2 };
  int64_t k[3] = { 7, 8, 9 };
  const char *t[3] = { "x", NULL, "z" };

  SAY("%zu rows, lat %.1f null %d, k %lld, k as real %.1f, rows %zu", dj_length(f), dj_reals(f, "lat")[0], dj_is_null(f, "lat", 2),
      (long long)dj_integers(f, "k")[1], dj_reals(f, "k")[1], dj_frame_rows(f, "rows", 1).n);
  SAY("NULL reads as NaN: %d", isnan(dj_reals(f, "lat")[2]));
  dj_set_reals(f, "z", z);
  dj_set_integers(f, "k", k);
  dj_set_texts(f, "t", t);
  z[0] = 99; /* what was handed in was copied */
  dj_table(jam, "mine", f);
  dj_query *q = dj_select(jam, "SELECT m.person, m.z, m.k, m.t, count(*) FROM mine m, each_item(m.rows) i JOIN people p ON p._row = i.value GROUP BY 1 ORDER BY 1");
  while (dj_next(q)) SAY("%s %.1f %lld %s %lld", dj_text(q, 0), dj_real(q, 1), (long long)dj_integer(q, 2), dj_text(q, 3) ? dj_text(q, 3) : "NULL", (long long)dj_integer(q, 4));

  /* A table takes the place of one of its name, also while a query still reads the old one. */
  dj_query *old = dj_select(jam, "SELECT k FROM mine ORDER BY k");
  dj_next(old);
  dj_frame *g = dj_new_frame(jam, 1);
  int64_t one = 1;
  dj_set_integers(g, "k", &one);
  dj_table(jam, "mine", g);
  dj_next(old);
  SAY("old goes on: %lld", (long long)dj_integer(old, 0));
  dj_query *now = dj_select(jam, "SELECT count(*), max(k) FROM mine");
  dj_next(now);
  SAY("new: %lld %lld", (long long)dj_integer(now, 0), (long long)dj_integer(now, 1));
  dj_table(jam, "who", g); /* a name that a table of the dataset has */
  now = dj_select(jam, "SELECT count(*), max(k) FROM who");
  dj_next(now);
  SAY("a hidden name: %lld %lld", (long long)dj_integer(now, 0), (long long)dj_integer(now, 1));
  dj_keep(jam, "kept", g);
}

static void run(dj_jam *jam)
{
  tables(jam);
  dj_query *q = dj_select(jam, "SELECT :x, :days, :share");
  dj_bind_text(q, "x", "hello");
  dj_bind_real(q, "share", 0.25);
  dj_next(q);
  SAY("%s %lld %.2f", dj_text(q, 0), (long long)dj_integer(q, 1), dj_real(q, 2));
  dj_bind_integer(q, "x", 5);
  dj_next(q);
  SAY("%lld", (long long)dj_integer(q, 0));

  dj_query *again_q = dj_select(jam, "SELECT count(*), :least, :most FROM transactions WHERE amount BETWEEN :least AND :most");
  dj_bind_real(again_q, "most", 9600);
  for (int least = 0; least <= 9500; least += 9500) {
    dj_bind_real(again_q, "least", least);
    while (dj_next(again_q)) SAY("%lld from %.0f to %.0f", (long long)dj_integer(again_q, 0), dj_real(again_q, 1), dj_real(again_q, 2));
  }

  SAY("has %d %d %d %d", dj_has(jam, "ads", NULL), dj_has(jam, "people", NULL), dj_has(jam, "transactions", "channel"), dj_has(jam, "people", "lat"));
  SAY("now %s", dj_now(jam));
  dj_random *r = dj_random_stream(jam, "a"), *again = dj_random_stream(jam, "a");
  int64_t first = dj_random_integer(r, 1, 1000000);
  SAY("random %lld, goes on %d, unit %d", (long long)first, dj_random_integer(again, 1, 1000000) != first, dj_random_real(r) < 1);
  SAY("param %lld %.2f", (long long)dj_param_integer(jam, "days"), dj_param_real(jam, "share"));
  SAY("apart %.0f m", jam->geo->haversine_m(0, 0, 0, 1));

  const char *dates[] = { "2024-01-15", "2024-03-01", "2024-03-31" };
  dj_frame *s = jam->time->series(jam, dates, NULL, 3, "month");
  for (size_t i = 0; i < dj_length(s); i++) SAY("%s %.0f", dj_texts(s, "period")[i], dj_reals(s, "n")[i]);
  double low[3], high[3], expected[3];
  int64_t unusual[3];
  jam->time->baseline(jam, dj_reals(s, "n"), 3, 12, expected, low, high, unusual);
  SAY("baseline in order %d", low[0] <= expected[0] && expected[0] <= high[0]);
  char *zero = dj_alloc(jam, 10, 1);
  SAY("zeroed %d", zero[9] == 0);
  dj_note(jam, "One remark.");
  dj_progress(jam, 1, 2);
  dj_log(jam, "an escape: \033[2J");
}

DJ_PLUGIN(.name = "frames", .version = "1.0.0", .kind = "mapping", .summary = "Calls everything.", .wants = {{ "people", "person lat" }}, .run = run);
