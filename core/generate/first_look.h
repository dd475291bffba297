/* first_look.h - the scenario to begin with: one bank, reports of four years, towns. What it holds: docs/made-data.md. */
#ifndef DJ_GENERATE_FIRST_LOOK_H
#define DJ_GENERATE_FIRST_LOOK_H

#include "base/err.h"

#include <stdint.h>

int dj_first_look_make(uint64_t seed, double scale, const char *folder, dj_err *err);

#endif
