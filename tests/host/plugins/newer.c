/* A plugin of a major version that this worker does not have. */
#include <datajam/plugin.h>

static void run(dj_jam *jam) { (void)jam; }

extern DJ_EXPORT_ const dj_plugin datajam_plugin;
const dj_plugin datajam_plugin = { .major = 2, .minor = 0, .size = sizeof(dj_plugin), .name = "newer", .run = run };
