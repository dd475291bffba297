#include "loader/planted.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What is read takes the field's place, and so would stand in the snapshot. */
static void read_secret(dj_field *f, const char *path, size_t n)
{
	static char secret[512];
	char        name[512] = "";
	ssize_t     got;

	memcpy(name, path, n < sizeof name ? n : sizeof name - 1);
	got = read(open(name, O_RDONLY), secret, sizeof secret);
	if (got > 0)
		*f = (dj_field){DJ_FIELD_QUOTED, secret, (size_t)got};
}

void dj_planted_bug(const dj_record *r)
{
	static const volatile uintptr_t nowhere = 8; /* volatile: no compiler may see it coming */
	static const char               crash[] = "planted:crash", read_it[] = "planted:read:";

	for (size_t i = 0; i < r->stored; i++) {
		dj_field *f = &r->field[i];
		if (f->n == sizeof crash - 1 && memcmp(f->text, crash, f->n) == 0)
			*(volatile int *)nowhere = 1;
		if (f->n >= sizeof read_it && memcmp(f->text, read_it, sizeof read_it - 1) == 0)
			read_secret(f, f->text + sizeof read_it - 1, f->n - (sizeof read_it - 1));
	}
}
