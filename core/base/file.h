/*
 * file.h - files and folders. What is written appears whole or not at all (a neighbour, fsync, rename).
 */
#ifndef DJ_BASE_FILE_H
#define DJ_BASE_FILE_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a whole regular file, at most `most` bytes. *out is NUL-ended (not counted) and yours: free() it.
 * Errors say what a person needs: no such file, is a folder, may not be read, is larger than ...
 */
int dj_file_read(char **out, size_t *out_n, const char *path, size_t most, dj_err *err);

int dj_file_write(const char *path, const void *bytes, size_t n, dj_err *err); /* atomic, mode 0644 */
int dj_fd_write(int fd, const void *bytes, size_t n, dj_err *err);             /* all of it, over EINTR */

bool dj_file_exists(const char *path);
bool dj_folder_exists(const char *path);
int  dj_folder_make(const char *path, dj_err *err);   /* with its parents; fine when it is there */
int  dj_folder_sync(const char *path, dj_err *err);   /* makes a rename in it durable */
int  dj_tree_remove(const char *path, dj_err *err);   /* never follows a link; fine when it is not there */

/* Names in a folder without . and .., in byte order. *out and each name are yours: dj_names_free. */
int  dj_folder_list(char ***out, size_t *n, const char *path, dj_err *err);
void dj_names_free(char **names, size_t n);

char *dj_path_join(const char *folder, const char *name); /* an absolute `name` is taken as it is; free() it */
const char *dj_path_name(const char *path);               /* after the last '/' */
char *dj_path_stem(const char *path);                     /* "a/b.tar.csv" gives "b.tar"; free() it */
char *dj_path_real(const char *path);                     /* absolute, links resolved; NULL when it is not there; free() it */

/* The nearest folder, from `from` upwards, that has an entry `name`; NULL when none has. free() it. */
char *dj_find_up(const char *from, const char *name);

/* A sealed memfd (no writing, growing, shrinking) with these bytes, close-on-exec, or a negative code. */
int dj_memfd_sealed(const char *name, const void *bytes, size_t n, dj_err *err);

#endif
