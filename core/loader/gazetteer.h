/*
 * gazetteer.h - regions or places by any of their names: what steps of kind join look up.
 *
 * Two texts of CSV without quotes, the toolkit's own: a table whose first column is the id ("region,name,name_fr,...")
 * and its names ("region,name,kind"; kind is "code", or anything else for words). Names are compared without case,
 * accents, blanks and punctuation, and St. is Saint.
 *
 * A name that several have, and no region tells apart, is nobody's: nothing is guessed.
 */
#ifndef DJ_LOADER_GAZETTEER_H
#define DJ_LOADER_GAZETTEER_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_gazetteer {
	const char               *name;
	size_t                    n_fields, n;
	const char              **field;
	const char              **cell; /* n * n_fields; "" where nothing is known */
	struct dj_gazetteer_name *key;  /* in order */
	size_t                    n_keys;
	size_t                    region; /* the field that says in which region it is; n_fields: there is none */
} dj_gazetteer;

typedef struct dj_gazetteers {
	const dj_gazetteer *regions, *places; /* NULL: not given */
} dj_gazetteers;

/* *out lives in `a`. */
int dj_gazetteer_read(const dj_gazetteer **out, const char *name, const char *table, const char *names,
                      dj_arena *a, dj_err *err);

size_t dj_gazetteer_field(const dj_gazetteer *g, const char *field); /* n_fields: there is none */

/* Text folded as names are compared; added to `out`. Text that is not UTF-8 adds nothing. */
void dj_gazetteer_key(dj_buf *out, const char *text, size_t n);

enum { DJ_PLACE_NONE = -1, DJ_PLACE_SEVERAL = -2 };

typedef enum dj_names_kind { DJ_NAMES_ANY, DJ_NAMES_WORDS, DJ_NAMES_CODES } dj_names_kind;

/*
 * The row that `text` names, or one of the above. "Alberta [48]" is Alberta when 48 is not another's code. `region` NULL:
 * any; else the id of the region in which it must be. `room` is for folding.
 */
int dj_gazetteer_find(const dj_gazetteer *g, dj_names_kind kind, const char *text, size_t n,
                      const char *region, dj_buf *room);

#endif
