/*
 * Folders in .datajam/tmp: named PREFIX-PID-START-N by the process that made them, START being its start time
 * in clock ticks since boot, so that a process number used again is not taken for its maker. Whoever opens
 * the workspace next removes those whose maker is gone, and only those.
 */
#include "store/workspace.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_FOLDERS = 10000 };

/* Field 22 of /proc/PID/stat; 0 when it can not be read. The name before it may hold spaces and brackets. */
static int64_t start_of(int64_t pid)
{
	char   *path = dj_fmt("/proc/%lld/stat", (long long)pid), *text = NULL, *at = NULL;
	int64_t start = 0;
	size_t  n = 0;

	if (dj_file_read(&text, &n, path, 4096, NULL) == DJ_OK)
		at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		start = strtoll(at + 1, NULL, 10);
	free(text);
	free(path);
	return start;
}

/* Cuts the number after the last '-' off `name`. */
static bool cut_number(char *name, int64_t *out)
{
	char *dash = strrchr(name, '-');

	if (!dash || !dj_text_integer(dash + 1, strlen(dash + 1), out))
		return false;
	*dash = '\0';
	return true;
}

static bool maker_is_gone(const char *name)
{
	char   *left = dj_strdup(name);
	int64_t number, start, pid, now;
	bool    gone = false;

	if (cut_number(left, &number) && cut_number(left, &start) && cut_number(left, &pid) && pid > 0 &&
	    pid <= INT32_MAX) {
		now = start_of(pid);
		gone = kill((pid_t)pid, 0) < 0 && errno == ESRCH;
		gone = gone || (now != 0 && start != 0 && now != start);
	}
	free(left);
	return gone;
}

void dj_workspace_sweep(const dj_workspace *w)
{
	char  *tmp = dj_path_join(w->state, "tmp"), **names = NULL;
	size_t n = 0;

	if (dj_folder_exists(tmp) && dj_folder_list(&names, &n, tmp, NULL) == DJ_OK) {
		for (size_t i = 0; i < n; i++) {
			char *path = dj_path_join(tmp, names[i]);
			if (maker_is_gone(names[i]))
				dj_tree_remove(path, NULL); /* may fail: it is in nobody's way */
			free(path);
		}
		dj_names_free(names, n);
	}
	free(tmp);
}

int dj_workspace_temp(char **out, const dj_workspace *w, const char *prefix, dj_err *err)
{
	char   *tmp = dj_path_join(w->state, "tmp"), *path = NULL;
	int64_t start = start_of(getpid());
	int     rc = dj_folder_make(tmp, err);

	for (int i = 0; rc == DJ_OK && i < MOST_FOLDERS; i++) {
		free(path);
		path = dj_fmt("%s/%s-%lld-%lld-%d", tmp, prefix, (long long)getpid(), (long long)start, i);
		if (mkdir(path, 0700) == 0)
			goto out;
		if (errno == EACCES || errno == EROFS)
			rc = dj_fail(
			    err, DJ_FAIL,
			    "%s can not be written (is the workspace somebody else's? copy it to a folder of yours)",
			    w->state);
		else if (errno != EEXIST)
			rc = dj_fail_errno(err, "%s", path);
	}
	if (rc == DJ_OK)
		rc = dj_fail(err, DJ_FAIL, "%s is full of this process's own folders (%d)", tmp, MOST_FOLDERS);
out:
	free(tmp);
	if (rc == DJ_OK)
		*out = path;
	else
		free(path);
	return rc;
}
