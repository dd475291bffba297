#include "cli/cli.h"

int main(int argc, char **argv)
{
	return dj_cli_main(argc, argv);
}
