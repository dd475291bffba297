/*
 * digest.h - SHA-256 (FIPS 180-4) by libcrypto.
 */
#ifndef DJ_BASE_DIGEST_H
#define DJ_BASE_DIGEST_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dj_digest {
	uint8_t byte[32];
} dj_digest;

typedef struct dj_sha256 dj_sha256; /* a digest being made */

dj_sha256 *dj_sha256_new(void);
void       dj_sha256_add(dj_sha256 *s, const void *bytes, size_t n);
dj_digest  dj_sha256_end(dj_sha256 *s); /* also frees s */
void       dj_sha256_free(dj_sha256 *s); /* for error paths; NULL is fine */

dj_digest dj_sha256_of(const void *bytes, size_t n);
int       dj_sha256_fd(dj_digest *out, int fd, dj_err *err); /* from offset 0 to the end; the offset is left alone */

void dj_digest_hex(char out[65], const dj_digest *d);
bool dj_digest_parse(dj_digest *out, const char *hex, size_t n); /* 64 hex digits, either case */
int  dj_digest_compare(const dj_digest *a, const dj_digest *b);  /* as memcmp */

#endif
