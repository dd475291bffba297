/* canada.h - what is needed to tell that a row lies in Canada: its box, and the names of provinces and territories. */
#ifndef DJ_LINT_CANADA_H
#define DJ_LINT_CANADA_H

#include <stdbool.h>
#include <stddef.h>

/* From Middle Island and the Yukon's border to Cape Columbia and Cape Spear, with a little to spare. */
bool dj_in_canada(double lat, double lon);

/* "ON" for "Ontario", "ont.", "35", "Ontario [35]"; NULL when it is no province or territory. Case and accents do not matter. */
const char *dj_province(const char *name, size_t n);

bool dj_is_canada(const char *name, size_t n); /* "Canada", "CA", "CAN", "Canada [1]" */

#endif
