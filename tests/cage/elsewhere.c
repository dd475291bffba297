/*
 * The cage on machines that lack something, made by taking it away here: clone3 and Landlock by a filter that answers
 * ENOSYS, namespaces by the spec, rights of root by dropping them, room by lower limits. What goes on, goes on; what must
 * not, says so.
 */
#include "prison.h"

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

enum { LANDLOCK_CREATE_RULESET = 444 };

static char *arg[4];

static dj_ending do_deed(const char *profile, const char *deed)
{
	dj_cage_spec spec = sentence(arg, profile, deed);

	return run_alone(&spec);
}

static void assert_deed(const char *profile, const char *deed, dj_verdict v, const char *words)
{
	dj_ending e = do_deed(profile, deed);

	if (e.verdict != v || !strstr(e.detail, words))
		fail_msg("%s %s: want %s \"%s\", got %s \"%s\"", profile, deed, dj_verdict_name(v), words,
		         dj_verdict_name(e.verdict), e.detail);
}

static const char *said(heard *h, const char *deed)
{
	dj_cage_spec spec = sentence(arg, "none", deed);
	dj_ending    e;

	*h = (heard){0};
	spec.on_result = hear;
	spec.user = h;
	e = run_alone(&spec);
	assert_int_equal(e.verdict, DJ_VERDICT_OK);
	return h->text;
}

static const dj_layer_report *layer(dj_layer_report all[16], const char *name)
{
	size_t n = dj_cage_layers(all, 16);

	for (size_t k = 0; k < n; k++)
		if (strcmp(all[k].name, name) == 0)
			return all + k;
	fail_msg("no layer %s", name);
	return NULL;
}

/* From here on this process and its children have no such call. */
static void take_away(int call)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};

	assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	assert_int_equal(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

/* ---- containers that refuse clone3 ---- */

static void plain_clone_does(void **state)
{
	dj_cage_spec spec = sentence(arg, "lua", "fine");
	char         before[128];
	dj_ending    e = run_alone(&spec);

	(void)state;
	snprintf(before, sizeof before, "%s", e.layers);
	take_away(SYS_clone3);
	e = run_alone(&spec);
	assert_int_equal(e.verdict, DJ_VERDICT_OK);
	assert_null(strstr(e.layers, " time"));
	for (const char *const *space = (const char *const[]){" user", " net", " pid", " ipc", NULL}; *space;
	     space++)
		assert_int_equal(!strstr(e.layers, *space), !strstr(before, *space));
	assert_deed("lua", "forks", DJ_VERDICT_SANDBOX_VIOLATION, "");
}

/* ---- kernels without Landlock ---- */

static void take_landlock(void **state)
{
	(void)state;
	take_away(LANDLOCK_CREATE_RULESET);
	assert_int_equal(dj_lockdown_landlock_abi(), 0);
}

static void own_lua_and_loader_run_marked(void **state)
{
	dj_ending e = do_deed("open-lua", "fine");

	take_landlock(state);
	e = do_deed("open-lua", "fine");
	assert_int_equal(e.verdict, DJ_VERDICT_OK);
	assert_true(e.not_for_judging);
	assert_null(strstr(e.layers, "landlock"));
	assert_deed("open-loader", "fine", DJ_VERDICT_OK, "");
#ifndef DJ_SANITIZED
	assert_deed("open-lua", "opens-passwd", DJ_VERDICT_SANDBOX_VIOLATION, "");
	assert_deed("open-loader", "opens-passwd", DJ_VERDICT_SANDBOX_VIOLATION, "");
#endif
}

static void nothing_else_does(void **state)
{
	dj_cage_spec    spec = sentence(arg, "open-lua", "fine");
	dj_lockdown     compiler = {.profile = DJ_PROFILE_COMPILER, .without_landlock = true};
	dj_ending       e;
	dj_err          err = {0};
	dj_layer_report all[16];

	take_landlock(state);
	assert_deed("lua", "fine", DJ_VERDICT_NO_SANDBOX, "sandbox-unavailable: landlock");
	assert_deed("loader", "fine", DJ_VERDICT_NO_SANDBOX, "sandbox-unavailable: landlock");
	assert_deed("native", "fine", DJ_VERDICT_NO_SANDBOX, "sandbox-unavailable: landlock");
	assert_deed("open-native", "fine", DJ_VERDICT_NO_SANDBOX, "sandbox-unavailable: landlock");
	spec.needs_landlock = true;
	assert_int_equal(dj_cage_run(&e, &spec, -1, &err), DJ_DENIED);
	spec.needs_landlock = false;
	spec.lockdown = &compiler;
	assert_true(dj_cage_run(&e, &spec, -1, &err) < 0);
	assert_non_null(strstr(err.text, "landlock"));
	assert_false(layer(all, "landlock")->works);
	assert_true(layer(all, "seccomp")->works);
}

/* ---- a parent that does not hear of its children ---- */

static void ignored_children_are_judged(void **state)
{
	struct sigaction forget = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
	dj_layer_report  all[16];

	(void)state;
	signal(SIGCHLD, SIG_IGN);
	assert_deed("lua", "exit-3", DJ_VERDICT_FAILED, "exit code 3");
	sigaction(SIGCHLD, &forget, NULL);
	assert_deed("lua", "exit-3", DJ_VERDICT_FAILED, "exit code 3");
	signal(SIGCHLD, SIG_IGN);
	assert_true(layer(all, "seccomp")->works);
	take_landlock(state);
	assert_false(layer(all, "landlock")->works);
}

static void a_lost_ending_is_no_success(void **state)
{
	dj_cage_spec spec = sentence(arg, "lua", "fine");
	dj_cage     *c;
	dj_err       err;

	(void)state;
	assert_int_equal(dj_cage_start(&c, &spec, &err), DJ_OK);
	while (wait(NULL) < 0)
		continue;
	while (dj_cage_step(&c, 1, -1, -1) > 0)
		continue;
	assert_int_equal(dj_cage_ending(c)->verdict, DJ_VERDICT_FAILED);
	assert_non_null(strstr(dj_cage_ending(c)->detail, "lost"));
	dj_cage_free(c);
}

/* ---- a person who was given less ---- */

static void lower_limits_stay(void **state)
{
	const struct rlimit stack = {4 << 20, 4 << 20}, cpu = {5, 5};
	heard               h;

	(void)state;
	assert_int_equal(setrlimit(RLIMIT_STACK, &stack), 0);
	assert_int_equal(setrlimit(RLIMIT_CPU, &cpu), 0);
	said(&h, "limits");
	assert_non_null(strstr(h.text, " 5 20 0 4194304 0 "));
}

/* Root in a container that may become nobody else: of what else it may, the cage is given nothing. */
static void root_without_rights(void **state)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct   mine[2];
	const unsigned                  other = 1u << CAP_SETUID | 1u << CAP_SETGID | 1u << CAP_SETPCAP;
	heard                           h;

	if (geteuid() != 0)
		skip();
	(void)state;
	assert_int_equal(syscall(SYS_capget, &head, mine), 0);
	mine[0].permitted &= ~other;
	mine[0].effective &= ~other;
	assert_int_equal(syscall(SYS_capset, &head, mine), 0);
	said(&h, "status");
	assert_non_null(strstr(h.text, "Uid:\t0\t"));
	assert_non_null(strstr(h.text, "CapPrm:\t0000000000000000"));
	assert_non_null(strstr(h.text, "CapEff:\t0000000000000000"));
	assert_deed("lua", "fine", DJ_VERDICT_OK, "");
	assert_deed("native", "forks", DJ_VERDICT_SANDBOX_VIOLATION, "");
}

/* Without a user namespace the kernel counts all that this user runs: a compiler must still be able to start its parts. */
static void a_crowded_user(void **state)
{
	enum { CROWD = 200 };
	char              prisoner[40];
	const char *const path[] = {prisoner, "/usr/lib", "/lib", "/lib64", NULL};
	dj_lockdown       how = {.profile = DJ_PROFILE_COMPILER, .read_path = path};
	dj_cage_spec      spec = sentence(arg, "none", "forks");
	int               tie[2], failed = pipe(tie);
	dj_ending         e = {0};
	dj_err            err = {0};

	if (geteuid() == 0)
		skip();
	(void)state;
	for (int k = 0; k < CROWD && !failed; k++) {
		char  byte;
		pid_t pid = fork();

		if (pid == 0) {
			close(tie[1]);
			_exit(read(tie[0], &byte, 1) < 0);
		}
		failed = pid < 0;
	}
	snprintf(prisoner, sizeof prisoner, "/proc/self/fd/%d", prisoner_fd);
	spec.lockdown = &how;
	spec.without_namespaces = true;
	spec.limits.address_bytes = 0;
	failed = failed || dj_cage_run(&e, &spec, -1, &err) < 0;
	close(tie[1]);
	close(tie[0]);
	while (wait(NULL) > 0)
		continue;
	assert_false(failed);
	assert_int_equal(e.verdict, DJ_VERDICT_OK);
}

/* What is taken away can not be had back: each test has a process of its own. */
static int tests(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(plain_clone_does),
	    cmocka_unit_test(own_lua_and_loader_run_marked),
	    cmocka_unit_test(nothing_else_does),
	    cmocka_unit_test(ignored_children_are_judged),
	    cmocka_unit_test(a_lost_ending_is_no_success),
	    cmocka_unit_test(lower_limits_stay),
	    cmocka_unit_test(root_without_rights),
	    cmocka_unit_test(a_crowded_user),
	};
	int failed = 0;

	for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
		const struct CMUnitTest one[] = {all[k]};
		int                     status = 1;
		pid_t                   pid = fork();

		if (pid == 0)
			exit(cmocka_run_group_tests(one, NULL, NULL));
		waitpid(pid, &status, 0);
		failed += status != 0;
	}
	return failed;
}

int main(void)
{
	return run_as_all(tests);
}
