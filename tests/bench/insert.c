/*
 * The usual way to be fast with SQLite, as a peer for the benchmark: one prepared INSERT, bound and stepped for each row
 * of a CSV, in one transaction.
 *
 *     bench-insert CSV DATABASE durable|quick [INDEX-SQL]
 *
 * It knows the columns of bench-rows and their types, and trusts its input.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COLUMNS = 12 };

static const char create[] =
    "CREATE TABLE t(id INTEGER, city TEXT, user_id INTEGER, amount REAL, lat REAL, lon REAL,"
    "note TEXT, created TEXT, status TEXT, score INTEGER, code TEXT, seen TEXT)";
static const char types[COLUMNS + 1] = "itirrrtttitt";

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "bench-insert: %s: %s\n", sql, sqlite3_errmsg(db));
		exit(1);
	}
}

/* Binds the field at `at`; gives where the next begins. Quoted text with quotes in it is put together in `room`. */
static const char *bind_field(sqlite3_stmt *s, int column, const char *at, char *room)
{
	const char *begin = at;
	size_t      n;

	if (*at == '"') {
		char *to = room;
		for (at++; *at != '"' || at[1] == '"'; at++) {
			at += *at == '"';
			*to++ = *at;
		}
		sqlite3_bind_text(s, column + 1, room, (int)(to - room), SQLITE_STATIC);
		return at + 2;
	}
	while (*at != ',' && *at != '\n')
		at++;
	n = (size_t)(at - begin);
	if (n == 0)
		sqlite3_bind_null(s, column + 1);
	else if (types[column] == 'i')
		sqlite3_bind_int64(s, column + 1, strtoll(begin, NULL, 10));
	else if (types[column] == 'r')
		sqlite3_bind_double(s, column + 1, strtod(begin, NULL));
	else
		sqlite3_bind_text(s, column + 1, begin, (int)n, SQLITE_STATIC);
	return at + 1;
}

static void insert_all(sqlite3 *db, const char *text, size_t n)
{
	sqlite3_stmt *s = NULL;
	char          room[4096];
	const char   *at = (const char *)memchr(text, '\n', n) + 1;

	sqlite3_prepare_v3(db, "INSERT INTO t VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", -1, SQLITE_PREPARE_PERSISTENT, &s,
	                   NULL);
	while (at < text + n) {
		for (int column = 0; column < COLUMNS; column++)
			at = bind_field(s, column, at, room);
		sqlite3_step(s);
		if (sqlite3_reset(s) != SQLITE_OK) {
			fprintf(stderr, "bench-insert: %s\n", sqlite3_errmsg(db));
			exit(1);
		}
	}
	sqlite3_finalize(s);
}

int main(int argc, char **argv)
{
	sqlite3    *db = NULL;
	struct stat st;
	char       *text;
	int         fd;

	if (argc < 4) {
		fputs("bench-insert: bench-insert CSV DATABASE durable|quick [INDEX-SQL]\n", stderr);
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		perror(argv[1]);
		return 1;
	}
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (text == MAP_FAILED || sqlite3_open(argv[2], &db) != SQLITE_OK) {
		perror(argv[2]);
		return 1;
	}
	if (strcmp(argv[3], "quick") == 0)
		run(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
		        "PRAGMA cache_size = -32000; PRAGMA temp_store = MEMORY");
	run(db, create);
	run(db, "BEGIN");
	insert_all(db, text, (size_t)st.st_size);
	if (argc > 4)
		run(db, argv[4]);
	run(db, "COMMIT");
	return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
