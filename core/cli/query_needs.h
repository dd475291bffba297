/* query_needs.h - which roles and columns a query reads, found by SQLite itself. */
#ifndef DJ_CLI_QUERY_NEEDS_H
#define DJ_CLI_QUERY_NEEDS_H

#include "base/err.h"
#include "store/vocabulary.h"

/* *needs: Lua text such as `transactions = { "to_account", "amount" }`; free() it. DJ_USAGE when it is no query on roles. */
int dj_query_needs(char **needs, const dj_vocabulary *v, const char *query, dj_err *err);

#endif
