#include "base/text.h"
#include "base/wire.h"

#include <math.h>
#include <string.h>

static uint64_t little(const uint8_t *from, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)from[i] << 8 * i;
	return v;
}

void dj_wire_feed(dj_wire_in *in, const void *bytes, size_t n)
{
	/* What was consumed is dropped once it is half of all: each byte is moved once or so. */
	if (in->at && in->at >= in->bytes.n - in->at) {
		memmove(in->bytes.data, in->bytes.data + in->at, in->bytes.n - in->at);
		in->bytes.n -= in->at;
		in->at = 0;
	}
	dj_buf_add(&in->bytes, bytes, n);
}

static bool known(uint64_t type)
{
	return (type >= DJ_WIRE_HELLO && type <= DJ_WIRE_SUBJECTS) || type == DJ_WIRE_LOADED;
}

int dj_wire_next(dj_wire_in *in, dj_wire_payload *out, dj_err *err)
{
	size_t left = in->bytes.n - in->at;

	if (left < DJ_WIRE_HEADER)
		return 0;

	const uint8_t *header = (const uint8_t *)in->bytes.data + in->at;
	uint64_t       n = little(header, 4), type = little(header + 4, 2), sequence = little(header + 8, 4);

	/* Nothing is consumed when a frame is bad, so asking again fails again. */
	if (n > DJ_WIRE_MOST)
		return dj_fail(err, DJ_FAIL, "message %u claims %llu bytes, %d are the most", in->sequence,
		               (unsigned long long)n, DJ_WIRE_MOST);
	if (!known(type) || little(header + 6, 2) != 0)
		return dj_fail(err, DJ_FAIL, "message %u is of no known type (%u)", in->sequence, (unsigned)type);
	if (sequence != in->sequence)
		return dj_fail(err, DJ_FAIL, "message %u says that it is number %u", in->sequence,
		               (unsigned)sequence);
	if (left - DJ_WIRE_HEADER < n)
		return 0;
	*out = (dj_wire_payload){.type = (uint16_t)type, .data = header + DJ_WIRE_HEADER, .n = (size_t)n};
	in->at += DJ_WIRE_HEADER + (size_t)n;
	in->sequence++;
	return 1;
}

bool dj_wire_in_empty(const dj_wire_in *in)
{
	return in->at == in->bytes.n;
}

void dj_wire_in_free(dj_wire_in *in)
{
	dj_buf_free(&in->bytes);
	*in = (dj_wire_in){0};
}

const uint8_t *dj_wire_bytes(dj_wire_payload *p, size_t n)
{
	const uint8_t *at = p->data + p->at;

	if (!p->wrong && n > p->n - p->at)
		p->wrong = "the message is shorter than it says";
	if (p->wrong)
		return NULL;
	p->at += n;
	return at;
}

uint8_t dj_wire_u8(dj_wire_payload *p)
{
	const uint8_t *b = dj_wire_bytes(p, 1);

	return b ? b[0] : 0;
}

uint32_t dj_wire_u32(dj_wire_payload *p)
{
	const uint8_t *b = dj_wire_bytes(p, 4);

	return b ? (uint32_t)little(b, 4) : 0;
}

int64_t dj_wire_i64(dj_wire_payload *p)
{
	const uint8_t *b = dj_wire_bytes(p, 8);

	return b ? (int64_t)little(b, 8) : 0;
}

double dj_wire_f64(dj_wire_payload *p)
{
	int64_t bits = dj_wire_i64(p);
	double  v;

	memcpy(&v, &bits, sizeof v);
	if (isfinite(v))
		return v;
	p->wrong = "a number is not finite";
	return 0;
}

const char *dj_wire_text(dj_wire_payload *p, dj_arena *a, size_t most, bool lines)
{
	size_t         n = dj_wire_u32(p);
	const uint8_t *b = dj_wire_bytes(p, n);

	if (!b)
		return "";
	p->wrong = n > most ? "a text is too long" : dj_text_wrong((const char *)b, n, lines);
	if (p->wrong) /* about a text: "it holds a control character" */
		return "";
	return dj_arena_dupn(a, (const char *)b, n);
}

int dj_wire_finish(dj_wire_payload *p, dj_err *err)
{
	if (!p->wrong && p->at < p->n)
		p->wrong = "the message is longer than its fields";
	return p->wrong ? dj_fail(err, DJ_FAIL, "a message of type %u is broken: %s", p->type, p->wrong) : DJ_OK;
}
