/* Columns of one table whose values all stand in another table's key: how the tables of a dataset belong together. */
#include "lint/look.h"

#include <stdlib.h>

enum { MOST_KEY_ROWS = 1 << 22, MOST_CHECKS = 32 };

typedef struct key_set {
	uint64_t *slot;
	size_t    slots;
} key_set;

static int read_key(key_set *out, const dj_look *l, const dj_profile *c, dj_err *err)
{
	sqlite3_stmt *row = NULL;
	uint64_t      high = 0;
	int           rc, step;

	for (out->slots = 64; out->slots < 2 * (size_t)l->rows;)
		out->slots *= 2;
	out->slot = dj_alloc_zero(out->slots, sizeof *out->slot);
	if ((rc = dj_look_column(&row, l, c, err)) < 0)
		return rc;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		uint64_t h = dj_cell_hash(row, 0, &high) | 1;
		size_t   at = (size_t)(h >> 20) & (out->slots - 1);
		while (out->slot[at] && out->slot[at] != h)
			at = (at + 1) & (out->slots - 1);
		out->slot[at] = h;
	}
	if (step != SQLITE_DONE)
		rc = dj_look_failed(l, err);
	sqlite3_finalize(row);
	return rc;
}

static bool holds(const key_set *k, uint64_t hash)
{
	uint64_t h = hash | 1;
	size_t   at = (size_t)(h >> 20) & (k->slots - 1);

	while (k->slot[at] && k->slot[at] != h)
		at = (at + 1) & (k->slots - 1);
	return k->slot[at] == h;
}

/* Whether the column is named after the key: "account" or "from_account" after account, "person_id" after people.person. */
static bool named_after(const dj_profile *c, const dj_profile *key, const char *table_words)
{
	char   stem[96];
	size_t n = strlen(key->words);

	if (strcmp(key->words, "_id_") ==
	    0) { /* its table says what it is the id of; a plural s is no difference */
		n = strlen(table_words);
		if (n < 4 || n >= sizeof stem)
			return false;
		memcpy(stem, table_words, n + 1);
		if (stem[n - 2] == 's')
			memcpy(stem + n - 2, "_", 2);
		return strstr(c->words, stem) != NULL || strstr(c->words, table_words) != NULL;
	}
	if (n < 3 || n >= sizeof stem)
		return false;
	return strstr(c->words, key->words) != NULL;
}

/* Only columns whose values could be the key's, and often enough to tell. */
static bool worth(const dj_profile *c, const dj_profile *key, const char *table_words)
{
	bool text = c->type == DJ_COL_TEXT;

	if (c->type != key->type || c->filled < 3 || c->type == DJ_COL_REAL || c->type == DJ_COL_BOOLEAN ||
	    c->type == DJ_COL_DATE || c->type == DJ_COL_INSTANT)
		return false;
	return named_after(c, key, table_words) || (text && c->values.n >= 5);
}

static void say(dj_look *l, const dj_profile *c, const dj_look *other, const dj_profile *key,
                const dj_rows *missing, bool named)
{
	const char *table = other->table->name;

	if (missing->n == 0)
		dj_note_one(l, "likely-link", c, NULL,
		            dj_arena_fmt(l->a, "Every value is in %s of the table %s: the two can be joined by it.",
		                         key->name, table),
		            dj_arena_fmt(l->a,
		                         "Chaque valeur est dans %s de la table %s : on peut les joindre par là.",
		                         key->name, table));
	else if (missing->n * 5 < c->filled && named)
		dj_note_one(
		    l, "keys-without-match", c, missing,
		    dj_arena_fmt(
		        l->a,
		        "Most values are in %s of the table %s, but not in %s. Look at what is missing there, "
		        "or written otherwise.",
		        key->name, table, dj_rows_en(l, missing)),
		    dj_arena_fmt(
		        l->a,
		        "La plupart des valeurs sont dans %s de la table %s, sauf : %s. À regarder : ce qui y "
		        "manque ou s’écrit autrement.",
		        key->name, table, dj_rows_fr(l, missing)));
}

static int check_key(dj_look *const *table, size_t n, const dj_look *other, const dj_profile *key,
                     dj_err *err)
{
	key_set set = {0};
	dj_buf  words = {0};
	int     rc = DJ_OK;

	dj_profile_words(&words, other->table->name);
	for (size_t t = 0; t < n && rc == DJ_OK; t++)
		for (size_t i = 0; i < table[t]->n_columns && rc == DJ_OK; i++) {
			const dj_profile *c = &table[t]->column[i];
			dj_rows           missing = {0};
			if (c == key || !worth(c, key, words.data) ||
			    (table[t] == other && !(named_after(c, key, words.data) && dj_profile_id(key))))
				continue;
			if (!set.slot && (rc = read_key(&set, other, key, err)) < 0)
				break;
			for (size_t k = 0; k < c->values.slots; k++)
				if (c->values.slot[k].count && !holds(&set, c->values.slot[k].hash))
					dj_rows_seen(&missing, &c->values, &c->values.slot[k]);
			say(table[t], c, other, key, &missing, named_after(c, key, words.data));
		}
	dj_buf_free(&words);
	free(set.slot);
	return rc;
}

int dj_check_relations(dj_look *const *table, size_t n, dj_err *err)
{
	int rc = DJ_OK, checks = 0;

	for (size_t t = 0; t < n && n > 1; t++)
		for (size_t i = 0; i < table[t]->n_columns && rc == DJ_OK; i++)
			if (table[t]->column[i].unique && table[t]->rows >= 3 && table[t]->rows <= MOST_KEY_ROWS &&
			    checks++ < MOST_CHECKS)
				rc = check_key(table, n, table[t], &table[t]->column[i], err);
	return rc;
}
