/* SHA-256 against the answers of FIPS 180-4's examples and of RFC 6234. */
#include "cases.h"

#include "base/digest.h"
#include "base/file.h"

#include <unistd.h>

static const struct {
	const char *text, *hex;
} known[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void known_answers(void **state)
{
	char hex[65];

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		dj_digest d = dj_sha256_of(known[i].text, strlen(known[i].text)), back;

		dj_digest_hex(hex, &d);
		assert_string_equal(hex, known[i].hex);
		assert_true(dj_digest_parse(&back, hex, 64));
		assert_int_equal(dj_digest_compare(&d, &back), 0);
	}
}

static void a_million_in_pieces(void **state)
{
	dj_sha256 *s = dj_sha256_new();
	char       piece[1000], hex[65];

	(void)state;
	memset(piece, 'a', sizeof piece);
	for (int i = 0; i < 1000; i++)
		dj_sha256_add(s, piece, sizeof piece);
	dj_digest d = dj_sha256_end(s);
	dj_digest_hex(hex, &d);
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void of_a_file(void **state)
{
	static char big[700001];
	dj_digest   d, same;
	dj_err      err;

	(void)state;
	memset(big, 'x', sizeof big);
	int fd = dj_memfd_sealed("digest", big, sizeof big, &err);
	assert_true(fd >= 0);
	assert_int_equal(lseek(fd, 5, SEEK_SET), 5);
	assert_int_equal(dj_sha256_fd(&d, fd, &err), DJ_OK);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 5); /* left alone */
	same = dj_sha256_of(big, sizeof big);
	assert_int_equal(dj_digest_compare(&d, &same), 0);
	close(fd);
	assert_int_equal(dj_sha256_fd(&d, fd, &err), DJ_FAIL);
}

static void what_is_no_digest(void **state)
{
	char      hex[65];
	dj_digest d = dj_sha256_of("", 0), upper;

	(void)state;
	dj_digest_hex(hex, &d);
	assert_false(dj_digest_parse(&d, hex, 63));
	hex[0] = 'E';
	assert_true(dj_digest_parse(&upper, hex, 64));
	assert_int_equal(dj_digest_compare(&d, &upper), 0);
	hex[63] = 'g';
	assert_false(dj_digest_parse(&d, hex, 64));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(known_answers), cmocka_unit_test(a_million_in_pieces),
	                                   cmocka_unit_test(of_a_file), cmocka_unit_test(what_is_no_digest)};

	return cmocka_run_group_tests_name("base/digest", tests, NULL, NULL);
}
