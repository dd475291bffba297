/* A stranger's table, as delimited text: every record is read, none twice, and places in the source rise. */
#include "base/file.h"
#include "loader/csv.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void read_delimited(int fd)
{
	static const char separators[] = {',', ';', '\t', '|'};

	for (size_t i = 0; i < sizeof separators; i++) {
		dj_source s;
		dj_record record;
		dj_csv    csv = {.separator = separators[i], .quote = i == 3 ? -1 : '"', .space = i == 1};
		dj_err    err = {0};
		uint64_t  before = 0;

		dj_source_open(&s, fd);
		if (dj_source_rewind(&s, &err) >= 0)
			while (dj_csv_next(&csv, &s, &record, &err) > 0) {
				assert(dj_source_byte(&s) > before);
				before = dj_source_byte(&s);
			}
		dj_csv_free(&csv);
		dj_source_free(&s);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	int fd = dj_memfd_sealed("fuzz", data, n, NULL);

	if (fd < 0)
		abort();
	read_delimited(fd);
	close(fd);
	return 0;
}
