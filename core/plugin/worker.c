#include "plugin/plugin.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *beside_this_program(void)
{
	char *self = dj_path_real("/proc/self/exe"), *worker;

	if (!self)
		return dj_strdup("datajam-worker");
	*strrchr(self, '/') = '\0';
	worker = dj_path_join(self, "datajam-worker");
	free(self);
	return worker;
}

int dj_worker_open(dj_worker *out, const char *path, dj_err *err)
{
	char *file = path ? dj_strdup(path) : beside_this_program();
	int   rc = DJ_OK;

	*out = (dj_worker){.fd = open(file, O_RDONLY | O_CLOEXEC)};
	if (out->fd < 0)
		rc = dj_fail_errno(err, "the worker that runs plugins, %s (build it: scripts/build)", file);
	else if ((rc = dj_sha256_fd(&out->digest, out->fd, err)) < 0)
		dj_fail_in(err, "%s", file);
	if (rc < 0)
		dj_worker_close(out);
	else
		dj_digest_hex(out->hex, &out->digest);
	free(file);
	return rc;
}

void dj_worker_close(dj_worker *w)
{
	if (w->fd > 0)
		close(w->fd);
	*w = (dj_worker){.fd = -1};
}
