/* A plugin as an older header would have made it: its structs end before the members that came last. */
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
  int64_t row = (int64_t)1 << 48 | 1;
  struct { dj_finding f; } old;

  __builtin_memset(&old, 0xff, sizeof old); /* what lies behind the size that is told must not be read */
  old.f = (dj_finding){ .title = "Old", .score = 1, .subjects = {{ "account", "A" }}, .evidence = { &row, 1 } };
  old.f.radius_m = -5;
  jam->api->finding(jam, &old.f, offsetof(dj_finding, radius_m), __LINE__);
}

extern DJ_EXPORT_ const dj_plugin datajam_plugin;
const dj_plugin datajam_plugin = { .major = 1, .minor = 0, .size = offsetof(dj_plugin, merge), .name = "older", .version = "1.0.0",
  .kind = "detection", .summary = "Old.", .run = run, .shard = "must not be read" };
