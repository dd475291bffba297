/* From the words of a shell to a command and an exit code. */
#include "cli/commands.h"
#include "cli/parse.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int exit_code(dj_cli *cli, int rc, const dj_err *err)
{
	if (rc >= 0)
		return rc;
	if (rc == DJ_STOPPED || dj_cli_stopped(cli)) {
		cli->quiet = false;
		dj_say(cli, "stopped: nothing half-made was kept");
		return DJ_EXIT_STOPPED;
	}
	dj_say_wrong(cli, err);
	return rc == DJ_USAGE ? DJ_EXIT_USAGE : DJ_EXIT_FAILED;
}

static void close_all(dj_cli *cli)
{
	dj_progress_clear(cli);
	dj_record_close(cli->record);
	dj_catalogue_free(cli->catalogue);
	dj_vocabulary_free(cli->vocabulary);
	dj_workspace_free(cli->workspace);
	if (cli->wake_fd >= 0)
		close(cli->wake_fd);
}

/* What goes to stdout must have arrived: a full disk is a failure, a reader that left early is not. */
static int flush_output(dj_cli *cli, int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	dj_say(cli, "error: the output could not be written whole");
	return code ? code : DJ_EXIT_FAILED;
}

int dj_cli_main(int argc, char **argv)
{
	const char *no_colour = getenv("NO_COLOR");
	dj_err      err = {0};
	dj_cli      cli = {.wake_fd = -1, .terminal = isatty(STDERR_FILENO) == 1};
	int         code;

	cli.colour = cli.terminal && !(no_colour && *no_colour);
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("datajam %s\n", DJ_VERSION);
		return DJ_EXIT_FINE;
	}

	int rc = dj_cli_parse(&cli, argc, argv, &err);
	if (rc < 0) {
		code = exit_code(&cli, rc, &err);
	} else if (!cli.command) {
		bool asked = dj_cli_has(&cli, "help");
		dj_print_overview(asked ? stdout : stderr);
		code = asked ? DJ_EXIT_FINE : DJ_EXIT_USAGE;
	} else if (dj_cli_has(&cli, "help")) {
		cli.word[0] = cli.command->name;
		cli.n_words = 1;
		code = exit_code(&cli, dj_cmd_help(&cli, &err), &err);
	} else {
		code = exit_code(&cli, cli.command->run(&cli, &err), &err);
	}
	close_all(&cli);
	return flush_output(&cli, code);
}
