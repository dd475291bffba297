/*
 * varint.h - numbers as SQLite's file format has them (1.6, 2.1): big-endian, seven bits a byte for lengths and rowids.
 */
#ifndef DJ_STORE_VARINT_H
#define DJ_STORE_VARINT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline void dj_put_u16(unsigned char *to, size_t v)
{
	to[0] = (unsigned char)(v >> 8);
	to[1] = (unsigned char)v;
}

static inline void dj_put_u32(unsigned char *to, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		to[i] = (unsigned char)(v >> (24 - 8 * i));
}

static inline uint32_t dj_get_u32(const unsigned char *from)
{
	return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static inline void dj_put_u64(unsigned char *to, uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	memcpy(to, &v, sizeof v);
}

static inline size_t dj_varint_size(uint64_t v)
{
	size_t bits = 64 - (size_t)__builtin_clzll(v | 1);

	return bits > 56 ? 9 : (bits + 6) / 7;
}

/* Up to 2^56 - 1: no length or rowid is larger. Returns what comes after. */
static inline unsigned char *dj_put_varint(unsigned char *to, uint64_t v)
{
	size_t n;

	if (v < 0x80) {
		*to = (unsigned char)v;
		return to + 1;
	}
	n = dj_varint_size(v);
	to[n - 1] = (unsigned char)(v & 0x7f);
	for (size_t i = n - 1; i-- > 0;)
		to[i] = (unsigned char)((v >>= 7) | 0x80);
	return to + n;
}

/* n bytes, without a call where there are few. */
static inline void dj_copy(unsigned char *to, const void *from, size_t n)
{
	const unsigned char *f = from;
	uint64_t             a, b;
	uint32_t             c, d;

	if (n > 16) {
		memcpy(to, f, n);
	} else if (n >= 8) {
		memcpy(&a, f, 8);
		memcpy(&b, f + n - 8, 8);
		memcpy(to, &a, 8);
		memcpy(to + n - 8, &b, 8);
	} else if (n >= 4) {
		memcpy(&c, f, 4);
		memcpy(&d, f + n - 4, 4);
		memcpy(to, &c, 4);
		memcpy(to + n - 4, &d, 4);
	} else {
		for (size_t i = 0; i < n; i++)
			to[i] = f[i];
	}
}

#endif
