/* verdict: OK; findings: 1 */
/* While a plugin is being opened the kernel refuses it every file (Landlock): harmless, and it learns nothing. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char stolen[256];

__attribute__((constructor)) static void early(void)
{
	static const char *const path[] = {"@TRUTH@", "@JAM_DB@", "/etc/passwd", "/proc/self/maps"};

	for (size_t i = 0; i < sizeof path / sizeof path[0]; i++) {
		int fd = open(path[i], O_RDONLY);

		if (fd >= 0 && read(fd, stolen, sizeof stolen - 1) > 0)
			_exit(9);
	}
}

static void run(dj_jam *jam)
{
	dj_query *q = dj_select(jam, "SELECT to_account, list(_row) FROM transactions WHERE to_account = 'A1'");

	if (*stolen)
		dj_fail(jam, stolen);
	dj_next(q);
	dj_finding(jam, .title = "A lead", .score = 0.5, .subjects = {{"account", dj_text(q, 0)}}, .evidence = dj_row_list(q, 1));
}
