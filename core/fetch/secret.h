/*
 * secret.h - a key that a publisher asks for: read from a file of its owner's, sent, and wiped.
 *
 * A key is filed under the host that it is for: $XDG_CONFIG_HOME/datajam/secrets/HOST/NAME (else ~/.config; HOST:PORT
 * for a port that is not the scheme's own). So a dataset.json from a stranger, which says both address and NAME, can not
 * have one publisher's key sent to another.
 */
#ifndef DJ_FETCH_SECRET_H
#define DJ_FETCH_SECRET_H

#include "base/err.h"
#include "fetch/url.h"

#include <stdbool.h>
#include <stddef.h>

enum { DJ_SECRET_MOST = 8 << 10 };

typedef struct dj_secret {
	char   value[DJ_SECRET_MOST + 1];
	size_t n; /* 0: there is none */
} dj_secret;

/* Where it is looked for; free() it. DJ_FAIL without a home, DJ_USAGE for a NAME that is none. */
int dj_secret_path(char **out, const dj_url *u, const char *name, dj_err *err);

/* Fails unless it is a regular file of ours that nobody else may open, with one line of text. Never shows it. */
int  dj_secret_read(dj_secret *out, const char *path, dj_err *err);
void dj_secret_wipe(dj_secret *s);

/* The part of it that must not come back: its longest word ("Bearer WORD"). NULL: too short to look for. */
const char *dj_secret_word(const dj_secret *s, size_t *n);
bool        dj_secret_in(const dj_secret *s, const void *bytes, size_t n);
void        dj_secret_hide(const dj_secret *s, char *text); /* each place where it stands becomes *** */

#endif
