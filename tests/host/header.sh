#!/bin/sh
# The public header alone, as C11, C2x and C++20, by each compiler that is here: no warning may come.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/plugin.c" <<'C'
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
  dj_query *q = dj_select(jam, "SELECT account, list(_row) FROM accounts WHERE n > :n");
  dj_bind_integer(q, "n", 3);
  while (dj_next(q)) {
#ifdef __cplusplus
    dj_finding f = {};
    f.title = "x";
    f.score = 0.5;
    f.subjects[0] = { "account", dj_text(q, 0) };
    f.evidence = dj_row_list(q, 1);
    dj_emit_finding(jam, &f);
#else
    dj_finding(jam, .title = dj_format(jam, "%d" DJ_FR "%d", 1, 1), .score = 0.5, .subjects = {{ "account", dj_text(q, 0) }}, .evidence = dj_row_list(q, 1));
#endif
  }
  dj_frame *f = dj_columns(jam, "SELECT lat FROM places");
  dj_log(jam, dj_length(f) ? "some" : "none");
}

DJ_PLUGIN(.name = "x", .version = "1.0.0", .kind = "detection", .summary = "x" DJ_FR "y",
  .needs = {{ "accounts", "account n" }}, .params = {{ .name = "n", .type = DJ_INTEGER, .value = { .integer = 3 }, .min = 1, .help = "n" }}, .run = run);
C
cp "$folder/plugin.c" "$folder/plugin.cc"
printf '#include <datajam/plugin.h>\n' > "$folder/alone.c"
cp "$folder/alone.c" "$folder/alone.cc"
common="-I$DJ_SOURCE/core/include -fPIC -c -o /dev/null -Wall -Wextra -Wpedantic -pedantic-errors -Werror"
checked=0
for cc in gcc clang; do
  command -v $cc > /dev/null || continue
  for std in c11 c2x; do
    # Designated initialisers leave members out on purpose: clang's -Wextra warns of that, in C as in C++.
    $cc -std=$std $common -Wno-missing-field-initializers "$folder/plugin.c"
    $cc -std=$std $common "$folder/alone.c"
    checked=$((checked + 1))
  done
done
for cxx in g++ clang++; do
  command -v $cxx > /dev/null || continue
  $cxx -std=c++20 $common "$folder/plugin.cc"
  $cxx -std=c++20 $common "$folder/alone.cc"
  checked=$((checked + 1))
done
echo "$checked ways to compile the header"
[ "$checked" -gt 0 ]
