#include "base/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static void little(uint8_t *to, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)(v >> 8 * i);
}

void dj_wire_begin(dj_wire_out *o, dj_wire_type type)
{
	dj_buf_reset(&o->payload);
	o->type = (uint16_t)type;
}

void dj_wire_put_bytes(dj_wire_out *o, const void *bytes, size_t n)
{
	dj_buf_add(&o->payload, bytes, n);
}

void dj_wire_put_u8(dj_wire_out *o, uint8_t v)
{
	dj_buf_add(&o->payload, &v, 1);
}

void dj_wire_put_u32(dj_wire_out *o, uint32_t v)
{
	uint8_t bytes[4];

	little(bytes, v, sizeof bytes);
	dj_buf_add(&o->payload, bytes, sizeof bytes);
}

void dj_wire_put_i64(dj_wire_out *o, int64_t v)
{
	uint8_t bytes[8];

	little(bytes, (uint64_t)v, sizeof bytes);
	dj_buf_add(&o->payload, bytes, sizeof bytes);
}

void dj_wire_put_f64(dj_wire_out *o, double v)
{
	int64_t bits;

	memcpy(&bits, &v, sizeof bits);
	dj_wire_put_i64(o, bits);
}

/* A text that is too long for its u32 is too long for its frame: dj_wire_end says so. */
void dj_wire_put_textn(dj_wire_out *o, const char *s, size_t n)
{
	dj_wire_put_u32(o, (uint32_t)n);
	dj_buf_add(&o->payload, s, n);
}

void dj_wire_put_text(dj_wire_out *o, const char *s)
{
	dj_wire_put_textn(o, s ? s : "", s ? strlen(s) : 0);
}

int dj_wire_end(dj_wire_out *o, dj_err *err)
{
	uint8_t header[DJ_WIRE_HEADER] = {0};

	if (o->payload.n > DJ_WIRE_MOST)
		return dj_fail(err, DJ_FAIL, "%zu bytes in one message, %d are the most (say less, or in several)",
		               o->payload.n, DJ_WIRE_MOST);
	little(header, o->payload.n, 4);
	little(header + 4, o->type, 2);
	little(header + 8, o->sequence, 4);

	struct iovec part[2] = {{header, sizeof header}, {o->payload.data, o->payload.n}};
	while (part[0].iov_len || part[1].iov_len) { /* an empty first part is fine with writev */
		ssize_t put = writev(o->fd, part, 2);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return dj_fail_errno(err, "can not write to the parent");
		for (int i = 0; i < 2; i++) {
			size_t took = (size_t)put < part[i].iov_len ? (size_t)put : part[i].iov_len;

			part[i].iov_base = (char *)part[i].iov_base + took;
			part[i].iov_len -= took;
			put -= (ssize_t)took;
		}
	}
	o->sequence++;
	o->bytes += sizeof header + o->payload.n;
	return DJ_OK;
}

void dj_wire_out_free(dj_wire_out *o)
{
	dj_buf_free(&o->payload);
}
