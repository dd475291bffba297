#include "fetch/address.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

/* The first row that fits speaks. */
static const struct {
	uint8_t         net[4], bits;
	dj_address_kind kind;
} four[] = {
    {{169, 254, 169, 254}, 32, DJ_ADDRESS_METADATA}, {{169, 254, 170, 2}, 32, DJ_ADDRESS_METADATA},
    {{100, 100, 100, 200}, 32, DJ_ADDRESS_METADATA}, {{168, 63, 129, 16}, 32, DJ_ADDRESS_METADATA},
    {{192, 0, 0, 192}, 32, DJ_ADDRESS_METADATA},     {{0, 0, 0, 0}, 8, DJ_ADDRESS_UNSPECIFIED},
    {{10, 0, 0, 0}, 8, DJ_ADDRESS_PRIVATE},          {{100, 64, 0, 0}, 10, DJ_ADDRESS_SHARED},
    {{127, 0, 0, 0}, 8, DJ_ADDRESS_LOOPBACK},        {{169, 254, 0, 0}, 16, DJ_ADDRESS_LINK_LOCAL},
    {{172, 16, 0, 0}, 12, DJ_ADDRESS_PRIVATE},       {{192, 0, 0, 0}, 24, DJ_ADDRESS_RESERVED},
    {{192, 0, 2, 0}, 24, DJ_ADDRESS_RESERVED},       {{192, 88, 99, 0}, 24, DJ_ADDRESS_RESERVED},
    {{192, 168, 0, 0}, 16, DJ_ADDRESS_PRIVATE},      {{198, 18, 0, 0}, 15, DJ_ADDRESS_RESERVED},
    {{198, 51, 100, 0}, 24, DJ_ADDRESS_RESERVED},    {{203, 0, 113, 0}, 24, DJ_ADDRESS_RESERVED},
    {{224, 0, 0, 0}, 4, DJ_ADDRESS_MULTICAST},       {{255, 255, 255, 255}, 32, DJ_ADDRESS_MULTICAST},
    {{240, 0, 0, 0}, 4, DJ_ADDRESS_RESERVED},
};

enum { CARRIES = -1 }; /* an IPv4 address, from byte `at` on */

static const struct {
	uint8_t net[16], bits;
	int     kind; /* dj_address_kind, or CARRIES */
	uint8_t at;
} six[] = {
    {{0}, 128, DJ_ADDRESS_UNSPECIFIED, 0},
    {{[15] = 1}, 128, DJ_ADDRESS_LOOPBACK, 0},
    {{[10] = 0xff, 0xff}, 96, CARRIES, 12},                 /* mapped */
    {{[8] = 0xff, 0xff}, 96, CARRIES, 12},                  /* translated, RFC 2765 */
    {{0}, 96, CARRIES, 12},                                 /* compatible, long given up */
    {{0x00, 0x64, 0xff, 0x9b}, 96, CARRIES, 12},            /* NAT64 */
    {{0x20, 0x02}, 16, CARRIES, 2},                         /* 6to4 */
    {{0x20, 0x01}, 23, DJ_ADDRESS_RESERVED, 0},             /* protocols, Teredo among them */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, DJ_ADDRESS_RESERVED, 0}, /* documentation */
    {{0x3f, 0xff}, 20, DJ_ADDRESS_RESERVED, 0},             /* documentation */
    {{0xfd, 0x00, 0x0e, 0xc2}, 32, DJ_ADDRESS_METADATA, 0}, /* fd00:ec2::254 and its neighbours */
    {{0xfc}, 7, DJ_ADDRESS_PRIVATE, 0},
    {{0xfe, 0x80}, 10, DJ_ADDRESS_LINK_LOCAL, 0},
    {{0xfe, 0xc0}, 10, DJ_ADDRESS_PRIVATE, 0}, /* site-local, long given up */
    {{0xff}, 8, DJ_ADDRESS_MULTICAST, 0},
};

static bool within(const uint8_t *address, const uint8_t *net, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	return memcmp(address, net, whole) == 0 &&
	       (rest == 0 || (address[whole] >> (8 - rest)) == (net[whole] >> (8 - rest)));
}

static dj_address_kind of_four(const uint8_t *address)
{
	for (size_t i = 0; i < DJ_COUNT(four); i++)
		if (within(address, four[i].net, four[i].bits))
			return four[i].kind;
	return DJ_ADDRESS_PUBLIC;
}

static dj_address_kind of_six(const uint8_t *address)
{
	static const uint8_t isatap[4] = {0x00, 0x00, 0x5e, 0xfe};

	for (size_t i = 0; i < DJ_COUNT(six); i++)
		if (within(address, six[i].net, six[i].bits))
			return six[i].kind == CARRIES ? of_four(address + six[i].at) : (dj_address_kind)six[i].kind;
	if ((address[0] & 0xe0) != 0x20) /* only 2000::/3 was ever given out */
		return DJ_ADDRESS_RESERVED;
	if ((address[8] & 0xfd) == isatap[0] && memcmp(address + 9, isatap + 1, 3) == 0)
		return of_four(address + 12);
	return DJ_ADDRESS_PUBLIC;
}

dj_address_kind dj_address_of(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, a, sizeof in);
		return of_four((const uint8_t *)&in.sin_addr);
	}
	if (a->sa_family == AF_INET6) {
		struct sockaddr_in6 in;
		memcpy(&in, a, sizeof in);
		return of_six(in.sin6_addr.s6_addr);
	}
	return DJ_ADDRESS_RESERVED;
}

const char *dj_address_name(dj_address_kind kind)
{
	static const char *const names[] = {[DJ_ADDRESS_PUBLIC] = "a public address",
	                                    [DJ_ADDRESS_LOOPBACK] = "this machine's own address",
	                                    [DJ_ADDRESS_PRIVATE] = "a private address",
	                                    [DJ_ADDRESS_LINK_LOCAL] = "a link-local address",
	                                    [DJ_ADDRESS_SHARED] = "a shared (carrier) address",
	                                    [DJ_ADDRESS_METADATA] = "a cloud's metadata address",
	                                    [DJ_ADDRESS_RESERVED] = "a reserved address",
	                                    [DJ_ADDRESS_UNSPECIFIED] = "no machine's address",
	                                    [DJ_ADDRESS_MULTICAST] = "a multicast address"};

	return names[kind];
}

bool dj_address_fine(dj_address_kind kind, bool allowed)
{
	return kind == DJ_ADDRESS_PUBLIC || (allowed && kind < DJ_ADDRESS_UNSPECIFIED);
}

bool dj_address_parse(struct sockaddr_storage *out, const char *host)
{
	struct sockaddr_in  in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	char                bare[INET6_ADDRSTRLEN];
	size_t              n = strcspn(host, "%"); /* fe80::1%eth0 */

	memset(out, 0, sizeof *out);
	if (n >= sizeof bare)
		return false;
	memcpy(bare, host, n);
	bare[n] = '\0';
	if (inet_pton(AF_INET, bare, &in.sin_addr) == 1)
		memcpy(out, &in, sizeof in);
	else if (inet_pton(AF_INET6, bare, &in6.sin6_addr) == 1)
		memcpy(out, &in6, sizeof in6);
	else
		return false;
	return true;
}
