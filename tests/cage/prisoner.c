/*
 * prisoner PROFILE DEED: enters its lockdown as PROFILE (the table below; none: not at all), then does one thing (deeds.h).
 * Exits 0 when the deed was let through, 40 when it was refused with an error, and otherwise as the deed ends it.
 */
#include "deeds.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct profile {
	const char *name;
	dj_profile  profile;
	bool        sealed, without_landlock, threads;
} profiles[] = {
    {"lua", DJ_PROFILE_LUA, false, false, false},
    {"native", DJ_PROFILE_NATIVE, false, false, false},
    {"sealed", DJ_PROFILE_NATIVE, true, false, false},
    {"loader", DJ_PROFILE_LOADER, false, false, false},
    {"threaded", DJ_PROFILE_LOADER, false, false, true},
    {"open-lua", DJ_PROFILE_LUA, false, true, false},
    {"open-native", DJ_PROFILE_NATIVE, false, true, false},
    {"open-loader", DJ_PROFILE_LOADER, false, true, false},
};

static pthread_t  thread;
static atomic_int told_to_go;

static void *wait_and_make_socket(void *unused)
{
	while (!atomic_load(&told_to_go))
		sched_yield();
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? NULL : unused;
}

static int start_threads(void *user, dj_err *err)
{
	return pthread_create(&thread, NULL, wait_and_make_socket, user) ? dj_fail(err, DJ_FAIL, "no thread")
	                                                                 : DJ_OK;
}

int thread_makes_socket(void)
{
	void *made = NULL;

	atomic_store(&told_to_go, 1);
	pthread_join(thread, &made);
	return made ? 0 : REFUSED;
}

static void enter(const char *name)
{
	const struct profile *p = profiles, *end = profiles + sizeof profiles / sizeof *profiles;
	dj_lockdown how = {.write_fd = {DJ_CAGE_LOG_FD, DJ_CAGE_RESULT_FD, DJ_CAGE_FIRST_FD}, .n_write_fd = 2};
	dj_err      err = {0};

	while (p < end && strcmp(p->name, name) != 0)
		p++;
	if (p == end)
		_exit(60);
	how.profile = p->profile;
	how.without_landlock = p->without_landlock;
	how.start_threads = p->threads ? start_threads : NULL;
	how.user = &thread;
	if (how.profile == DJ_PROFILE_LOADER)
		how.n_write_fd = 3;
	how.write_from = DJ_CAGE_FIRST_FD + 2; /* heard by LOADER alone */
	if (dj_lockdown_enter(&how, &err) < 0 || (p->sealed && dj_lockdown_seal(&err) < 0)) {
		fprintf(stderr, "%s\n", err.text);
		_exit(DJ_EXIT_NO_SANDBOX);
	}
}

/* A plugin that comes as a sealed memfd: opened by number after the filter is on. */
static int loads_plugin(void)
{
	char  path[40];
	void *plugin;
	int (*run)(void);

	snprintf(path, sizeof path, "/proc/self/fd/%d", DJ_CAGE_FIRST_FD);
	plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!plugin) {
		fprintf(stderr, "%s\n", dlerror());
		return 61;
	}
	*(void **)&run = dlsym(plugin, "run");
	return run ? run() : 62;
}

static int do_deed(const char *name)
{
	const deed *const list[] = {endings, calls, facts};

	if (strcmp(name, "loads-plugin") == 0)
		return loads_plugin();
	for (size_t k = 0; k < sizeof list / sizeof *list; k++)
		for (const deed *d = list[k]; d->name; d++)
			if (strcmp(d->name, name) == 0)
				return d->done();
	return 64;
}

int main(int argc, char **argv)
{
	int rc;

	if (argc < 3)
		return 63;
	if (strcmp(argv[1], "none") != 0)
		enter(argv[1]);
	rc = do_deed(argv[2]);
	fflush(stderr);
	_exit(rc);
}
