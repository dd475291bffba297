/*
 * address.h - which addresses of the Internet Protocol a stranger's URL may lead to: those of the open network.
 *
 * Invariant: what is not known to be public is refused. An IPv6 address that carries an IPv4 address (mapped,
 * translated, 6to4, ISATAP) is what that address is.
 *
 * Source: the IANA special-purpose address registries (RFC 6890 and its updates).
 */
#ifndef DJ_FETCH_ADDRESS_H
#define DJ_FETCH_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

typedef enum dj_address_kind {
	DJ_ADDRESS_PUBLIC,
	DJ_ADDRESS_LOOPBACK,
	DJ_ADDRESS_PRIVATE,
	DJ_ADDRESS_LINK_LOCAL,
	DJ_ADDRESS_SHARED,   /* carrier-grade NAT */
	DJ_ADDRESS_METADATA, /* where a cloud hands its keys to its machines */
	DJ_ADDRESS_RESERVED, /* documentation, benchmarks, tunnels, what is not given out */
	DJ_ADDRESS_UNSPECIFIED,
	DJ_ADDRESS_MULTICAST
} dj_address_kind;

dj_address_kind
            dj_address_of(const struct sockaddr *a); /* of a family that is neither IPv4 nor IPv6: RESERVED */
const char *dj_address_name(dj_address_kind kind);   /* "a private address" */

/* Whether a connection may be made; `allowed`: the host was allowed by name. Nobody is at the last two kinds. */
bool dj_address_fine(dj_address_kind kind, bool allowed);

/* A host that is written as an address: IPv4 as four numbers, IPv6 without brackets. */
bool dj_address_parse(struct sockaddr_storage *out, const char *host);

#endif
