/* What the cage promises, beside what deeds.test says of single calls. */
#include "prison.h"

#include "base/file.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

static char *arg[4];

static void assert_verdict(const dj_ending *e, dj_verdict v, const char *words)
{
	if (e->verdict != v || !strstr(e->detail, words))
		fail_msg("want %s \"%s\", got %s \"%s\"", dj_verdict_name(v), words, dj_verdict_name(e->verdict),
		         e->detail);
}

/* What `deed` says to its result pipe when the cage alone holds it. */
static const char *said(heard *h, const char *deed)
{
	dj_cage_spec spec = sentence(arg, "none", deed);
	dj_ending    e;

	*h = (heard){0};
	spec.on_result = hear;
	spec.user = h;
	e = run_alone(&spec);
	assert_verdict(&e, DJ_VERDICT_OK, "");
	return h->text;
}

/* ---- limits ---- */

static void wall_clock(void **state)
{
	dj_cage_spec spec = sentence(arg, "sealed", "doze");

	(void)state;
	spec.limits.wall_ms = 200;
	dj_ending e = run_alone(&spec);
	assert_verdict(&e, DJ_VERDICT_TIMEOUT, "wall clock: used ");
	assert_verdict(&e, DJ_VERDICT_TIMEOUT, " s, allowed 0.2 s");
	assert_true(e.wall_us >= 200000);
}

static void cpu_time(void **state)
{
	(void)state;
	for (int plain = 0; plain < 2; plain++) {
		dj_cage_spec spec = sentence(arg, "lua", "spin");

		spec.limits.cpu_ms = 300;
		spec.without_namespaces = plain;
		dj_ending e = run_alone(&spec);
		assert_verdict(&e, DJ_VERDICT_TIMEOUT, "CPU: used 0.3 s, allowed 0.3 s");
	}
}

static void output(void **state)
{
	dj_cage_spec spec = sentence(arg, "lua", "floods-output");

	(void)state;
	dj_ending e = run_alone(&spec);
	assert_verdict(&e, DJ_VERDICT_OUTPUT_LIMIT, "more than the 1.0 MiB allowed");
}

static void log_is_cut_and_no_verdict(void **state)
{
	heard        h = {0};
	dj_cage_spec spec = sentence(arg, "lua", "floods-log");

	(void)state;
	spec.limits.log_bytes = 1000;
	spec.on_log = hear;
	spec.user = &h;
	dj_ending e = run_alone(&spec);
	assert_verdict(&e, DJ_VERDICT_OK, "");
	assert_true(e.log_bytes > 100000);
	assert_true(h.n < 1100);
	assert_non_null(strstr(h.text, "longer than 1000 bytes; the rest was cut"));
}

static int refuse(void *user, const void *bytes, size_t n, dj_err *err)
{
	(void)bytes;
	(void)n;
	return dj_fail(err, *(int *)user, "the reader's words");
}

static void reader_ends_it(void **state)
{
	int          code = DJ_DENIED;
	dj_cage_spec spec = sentence(arg, "lua", "floods-output");
	dj_ending    e;

	(void)state;
	spec.on_result = refuse;
	spec.user = &code;
	e = run_alone(&spec);
	assert_verdict(&e, DJ_VERDICT_OUTPUT_LIMIT, "the reader's words");
	code = DJ_FAIL;
	e = run_alone(&spec);
	assert_verdict(&e, DJ_VERDICT_FAILED, "the reader's words");
}

/* ---- what a process is given ---- */

static void only_named_descriptors(void **state)
{
	heard h;

	(void)state;
	assert_string_equal(said(&h, "descriptors"), "0 1 2 3 ");
}

/* Sources that lie on each other's targets, whatever numbers this process has them under. */
static void descriptors_in_any_order(void **state)
{
	int          low[4], given[4];
	heard        h = {0};
	dj_err       err;
	dj_cage_spec spec = sentence(arg, "none", "passes");

	(void)state;
	for (int k = 0; k < 4; k++) {
		char text[2] = {(char)('a' + k), '\0'};

		low[k] = dj_memfd_sealed("test", text, 1, &err);
		assert_true(low[k] >= 0);
	}
	for (int k = 0; k < 4; k++)
		given[k] = low[3 - k];
	spec.fd = given;
	spec.n_fd = 4;
	spec.on_result = hear;
	spec.user = &h;
	run_alone(&spec);
	assert_string_equal(h.text, "4=d 5=c 6=b 7=a ");
	for (int k = 0; k < 4; k++)
		close(low[k]);
}

/* As many as a load needs, and a few more; not any number. */
static void many_descriptors(void **state)
{
	enum { MANY = 70 };
	int          fd[DJ_CAGE_MOST_FDS + 1];
	heard        h = {0};
	dj_err       err = {0};
	dj_ending    e;
	dj_cage_spec spec = sentence(arg, "none", "descriptors");

	(void)state;
	for (int k = 0; k <= DJ_CAGE_MOST_FDS; k++)
		fd[k] = prisoner_fd;
	spec.fd = fd;
	spec.n_fd = MANY;
	spec.on_result = hear;
	spec.user = &h;
	e = run_alone(&spec);
	assert_verdict(&e, DJ_VERDICT_OK, "");
	assert_string_equal(h.text + h.n - 3, "73 ");
	spec.n_fd = DJ_CAGE_MOST_FDS + 1;
	assert_true(dj_cage_run(&e, &spec, -1, &err) < 0);
	assert_non_null(strstr(err.text, "descriptors"));
}

static void nobody_with_nothing(void **state)
{
	heard       h;
	const char *text = said(&h, "status");

	(void)state;
	assert_non_null(strstr(text, "NoNewPrivs:\t1"));
	assert_non_null(strstr(text, "CapPrm:\t0000000000000000"));
	assert_non_null(strstr(text, "CapEff:\t0000000000000000"));
	assert_non_null(strstr(text, "SigBlk:\t0000000000000000"));
	assert_non_null(strstr(text, "SigIgn:\t0000000000000000"));
	assert_null(strstr(text, "Uid:\t0\t"));
	assert_int_equal(text[strlen(text) - 1], '/'); /* the working directory */
}

static void pinned_environment(void **state)
{
	heard h;

	(void)state;
	setenv("SECRET", "of the person at the keyboard", 1);
	said(&h, "environment");
	assert_non_null(strstr(h.text, "LC_ALL=C\nTZ=UTC\nGLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4\n"));
	assert_null(strstr(h.text, "SECRET"));
	assert_null(strstr(h.text, "PATH"));
}

static void resource_limits(void **state)
{
	heard h;

	(void)state;
	said(&h, "limits");
#ifndef DJ_SANITIZED
	assert_string_equal(h.text, "268435456 11 20 0 8388608 0 -1 ");
#else
	assert_non_null(strstr(h.text, " 11 20 0 8388608 0 -1 "));
#endif
}

static void records_its_layers(void **state)
{
	dj_cage_spec spec = sentence(arg, "lua", "fine");
	dj_ending    e = run_alone(&spec);

	(void)state;
	assert_ptr_equal(strstr(e.layers, "no_new_privs seccomp"), e.layers);
	assert_int_equal(e.not_for_judging, dj_lockdown_landlock_abi() < 1);
	assert_true(e.wall_us > 0 && e.peak_bytes > 0);
	assert_int_equal(e.output_bytes, 5);
	spec.without_namespaces = true;
	e = run_alone(&spec);
	assert_null(strstr(e.layers, " net"));
	assert_null(strstr(e.layers, " pid"));
}

static void what_can_not_start(void **state)
{
	dj_cage_spec spec = sentence(arg, "lua", "fine");
	dj_ending    e;
	dj_err       err = {0};
	int          text;

	(void)state;
	spec.program_fd = -1;
	spec.program = "/nonexistent/program";
	assert_true(dj_cage_run(&e, &spec, -1, &err) < 0);
	assert_non_null(strstr(err.text, "/nonexistent/program"));

	text = dj_memfd_sealed("not a program", "plain text", 10, &err);
	spec.program_fd = text;
	e = run_alone(&spec);
	close(text);
	assert_verdict(&e, DJ_VERDICT_NO_SANDBOX, "exec: errno 8");
}

/* ---- nothing is left ---- */

static void many_at_once(void **state)
{
	enum { N = 24 };
	static const char *const deed[] = {"fine", "exit-3", "forks", "null-pointer", "floods-output", "doze"};
	static const dj_verdict  want[] = {
	     DJ_VERDICT_OK,     DJ_VERDICT_FAILED,       DJ_VERDICT_SANDBOX_VIOLATION,
	     DJ_VERDICT_FAILED, DJ_VERDICT_OUTPUT_LIMIT, DJ_VERDICT_TIMEOUT};
	dj_cage *cage[N];
	char    *argv[N][4];
	dj_err   err;
	int      before = count_fds();

	(void)state;
	for (int k = 0; k < N; k++) {
		dj_cage_spec spec = sentence(argv[k], "native", deed[k % 6]);

		spec.limits.wall_ms = k % 6 == 5 ? 300 : 20000;
		assert_int_equal(dj_cage_start(&cage[k], &spec, &err), DJ_OK);
	}
	while (dj_cage_step(cage, N, 1000, -1) > 0)
		continue;
	for (int k = 0; k < N; k++) {
		assert_int_equal(dj_cage_ending(cage[k])->verdict, want[k % 6]);
		dj_cage_free(cage[k]);
	}
	assert_alone();
	assert_int_equal(count_fds(), before);
}

static void interrupt(void **state)
{
	dj_cage_spec spec = sentence(arg, "sealed", "doze");
	int          wake = eventfd(0, EFD_CLOEXEC);
	uint64_t     one = 1;
	dj_ending    e;
	dj_err       err;

	(void)state;
	assert_int_equal(write(wake, &one, sizeof one), sizeof one);
	assert_int_equal(dj_cage_run(&e, &spec, wake, &err), DJ_OK);
	assert_verdict(&e, DJ_VERDICT_STOPPED, "");
	close(wake);
	assert_alone();
}

static void freed_while_it_runs(void **state)
{
	dj_cage_spec spec = sentence(arg, "lua", "spin");
	dj_cage     *c;
	dj_err       err;
	int          before = count_fds();

	(void)state;
	assert_int_equal(dj_cage_start(&c, &spec, &err), DJ_OK);
	assert_null(dj_cage_ending(c));
	dj_cage_free(c);
	assert_alone();
	assert_int_equal(count_fds(), before);
	dj_cage_free(NULL);
}

/* The write end of a pipe travels into the cage; when it ends here, nobody in there is left to hold it. */
static bool all_gone(int read_end)
{
	struct pollfd at = {.fd = read_end, .events = POLLIN};
	char          byte;

	return poll(&at, 1, 20000) == 1 && read(read_end, &byte, 1) == 0;
}

static void family_ends_together(void **state)
{
	int code = DJ_DENIED;

	(void)state;
	for (int plain = 0; plain < 2; plain++) {
		dj_cage_spec spec = sentence(arg, "none", "family");
		int          tie[2];
		dj_ending    e;

		assert_int_equal(pipe2(tie, O_CLOEXEC), 0);
		spec.fd = &tie[1];
		spec.n_fd = 1;
		spec.on_result = refuse; /* ends it when it says that it has forked */
		spec.user = &code;
		spec.without_namespaces = plain;
		e = run_alone(&spec);
		close(tie[1]);
		assert_verdict(&e, DJ_VERDICT_OUTPUT_LIMIT, "the reader's words");
		assert_true(all_gone(tie[0]));
		close(tie[0]);
	}
}

/* What the prisoner says goes on to who waits outside. */
static int pass_on(void *user, const void *bytes, size_t n, dj_err *err)
{
	return write(*(int *)user, bytes, n) == (ssize_t)n ? 0 : dj_fail_errno(err, "passing on");
}

static void dies_with_its_parent(void **state)
{
	(void)state;
	for (int plain = 0; plain < 2; plain++) {
		int  tie[2], heard_of[2], status;
		char byte;

		assert_int_equal(pipe2(tie, O_CLOEXEC), 0);
		assert_int_equal(pipe2(heard_of, O_CLOEXEC), 0);
		pid_t parent = fork();
		assert_true(parent >= 0);
		if (parent == 0) {
			dj_cage_spec spec = sentence(arg, "sealed", "says-and-dozes");
			dj_ending    e;

			spec.fd = &tie[1];
			spec.n_fd = 1;
			spec.without_namespaces = plain;
			spec.on_result = pass_on;
			spec.user = &heard_of[1];
			dj_cage_run(&e, &spec, -1, NULL);
			_exit(0);
		}
		close(tie[1]);
		close(heard_of[1]);
		assert_int_equal(read(heard_of[0], &byte, 1), 1); /* it runs */
		kill(parent, SIGKILL);
		waitpid(parent, &status, 0);
		assert_true(all_gone(tie[0]));
		close(tie[0]);
		close(heard_of[0]);
	}
}

static void parent_keeps_its_signals(void **state)
{
	dj_cage_spec spec = sentence(arg, "lua", "fine");
	sigset_t     before, after;

	(void)state;
	sigprocmask(SIG_SETMASK, NULL, &before);
	run_alone(&spec);
	sigprocmask(SIG_SETMASK, NULL, &after);
	for (int k = 1; k < NSIG; k++)
		assert_int_equal(sigismember(&before, k), sigismember(&after, k));
}

static void layers_are_told(void **state)
{
	dj_layer_report r[16];
	size_t          n = dj_cage_layers(r, 16);

	(void)state;
	assert_int_equal(n, 9);
	assert_int_equal(dj_cage_layers(r, 2), 2);
	for (size_t k = 0; k < n; k++) {
		assert_true(*r[k].name && *r[k].lost);
		assert_true(*r[k].detail);
		if (strcmp(r[k].name, "seccomp") == 0)
			assert_true(r[k].works && r[k].must);
	}
	assert_alone();
}

static int tests(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(wall_clock),
	    cmocka_unit_test(cpu_time),
	    cmocka_unit_test(output),
	    cmocka_unit_test(log_is_cut_and_no_verdict),
	    cmocka_unit_test(reader_ends_it),
	    cmocka_unit_test(only_named_descriptors),
	    cmocka_unit_test(descriptors_in_any_order),
	    cmocka_unit_test(many_descriptors),
	    cmocka_unit_test(nobody_with_nothing),
	    cmocka_unit_test(pinned_environment),
	    cmocka_unit_test(resource_limits),
	    cmocka_unit_test(records_its_layers),
	    cmocka_unit_test(what_can_not_start),
	    cmocka_unit_test(many_at_once),
	    cmocka_unit_test(interrupt),
	    cmocka_unit_test(freed_while_it_runs),
	    cmocka_unit_test(family_ends_together),
	    cmocka_unit_test(dies_with_its_parent),
	    cmocka_unit_test(parent_keeps_its_signals),
	    cmocka_unit_test(layers_are_told),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}

int main(void)
{
	return run_as_all(tests);
}
