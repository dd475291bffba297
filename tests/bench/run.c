/*
 * Runs a command and says what it took.
 *
 *     bench-run REPORT COMMAND [ARGUMENT...]
 *
 * Writes one line to the file REPORT: seconds by the wall clock, seconds of processor time, and KiB of the largest
 * process among it and its children. Ends as the command does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	struct rusage used;
	double        begin = now(), end;
	int           status;
	pid_t         pid;
	FILE         *report;

	if (argc < 3) {
		fputs("bench-run: bench-run REPORT COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0) {
		perror("bench-run");
		return 1;
	}
	end = now();
	report = fopen(argv[1], "w");
	if (!report) {
		perror(argv[1]);
		return 1;
	}
	fprintf(report, "%.4f %.4f %ld\n", end - begin, seconds(used.ru_utime) + seconds(used.ru_stime),
	        used.ru_maxrss);
	return fclose(report) == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
