#include "loader/planted.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void read_secret(const char *path, size_t n)
{
	char    name[512] = "", secret[512];
	ssize_t got;
	int     fd;

	memcpy(name, path, n < sizeof name ? n : sizeof name - 1);
	fd = open(name, O_RDONLY);
	got = read(fd, secret, sizeof secret);
	if (got > 0 && write(STDERR_FILENO, secret, (size_t)got) < 0)
		_exit(1);
}

void dj_planted_bug(const dj_record *r)
{
	static const volatile uintptr_t nowhere = 8; /* volatile: no compiler may see it coming */
	static const char               crash[] = "planted:crash", read_it[] = "planted:read:";

	for (size_t i = 0; i < r->stored; i++) {
		const dj_field *f = &r->field[i];
		if (f->n == sizeof crash - 1 && memcmp(f->text, crash, f->n) == 0)
			*(volatile int *)(uintptr_t)nowhere = 1;
		if (f->n >= sizeof read_it && memcmp(f->text, read_it, sizeof read_it - 1) == 0)
			read_secret(f->text + sizeof read_it - 1, f->n - (sizeof read_it - 1));
	}
}
