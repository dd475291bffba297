/* Frames from a stranger's process: any bytes, fed in any pieces. */
#include "base/data.h"
#include "base/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void read_payload(dj_wire_payload *p, dj_data_reader *reader, dj_arena *a)
{
	if (p->type == DJ_WIRE_FRAME)
		(void)dj_data_read_frame(reader, p, a, 1000, NULL);
	else if (p->type == DJ_WIRE_PART)
		(void)dj_data_read_part(reader, p, a, NULL);
	else {
		(void)dj_wire_u8(p);
		(void)dj_wire_text(p, a, 200, true);
		(void)dj_wire_f64(p);
		(void)dj_wire_i64(p);
		(void)dj_wire_finish(p, NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	dj_wire_in      in = {0};
	dj_wire_payload p;
	dj_data_reader  reader = {0};
	dj_arena       *a = dj_arena_new();
	size_t          piece = n ? data[0] % 64u + 1 : 1;
	int             rc = 0;

	for (size_t at = 0; at < n && rc >= 0; at += piece) {
		dj_wire_feed(&in, data + at, n - at < piece ? n - at : piece);
		while ((rc = dj_wire_next(&in, &p, NULL)) > 0)
			read_payload(&p, &reader, a);
	}
	dj_wire_in_free(&in);
	dj_arena_free(a);
	return 0;
}
