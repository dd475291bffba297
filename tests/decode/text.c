/* Encodings: UTF-16 against iconv, and what is found out of a text without a mark. */
#include "decode_test.h"

#include "base/text.h"

#include <iconv.h>

static const dj_decode_ask nothing_said;

static dj_buf to_utf16(const char *encoding, const char *text, size_t n)
{
	dj_buf  out = {0};
	iconv_t cd = iconv_open(encoding, "UTF-8");
	char   *from = (char *)(uintptr_t)text, *to = dj_buf_room(&out, 4 * n + 8);
	size_t  left = n, room = 4 * n + 8;

	assert_true(cd != (iconv_t)-1);
	assert_int_equal(iconv(cd, &from, &left, &to, &room), 0);
	iconv_close(cd);
	out.n = (size_t)(to - out.data);
	return out;
}

static void add_letter(dj_buf *out, uint32_t c)
{
	iconv_t cd = iconv_open("UTF-8", "UTF-32LE");
	char    room[8], *from = (char *)&c, *to = room;
	size_t  left = 4, most = sizeof room;

	assert_true(cd != (iconv_t)-1);
	assert_int_equal(iconv(cd, &from, &left, &to, &most), 0);
	iconv_close(cd);
	dj_buf_add(out, room, (size_t)(to - room));
}

/* Letters of every length, in texts longer than a block. */
static dj_buf some_letters(dj_random_state *r, size_t n)
{
	static const uint32_t most[] = {0x7F, 0x7FF, 0xD7FF, 0x10FFFF};
	dj_buf                text = {0};

	dj_buf_text(&text, "a");
	for (size_t i = 0; i < n; i++) {
		uint32_t c = (uint32_t)dj_random_between(r, 1, most[dj_random_between(r, 0, 3)]);
		add_letter(&text, c >= 0xD800 && c <= 0xDFFF ? 'x' : c == 0xFEFF ? 'y' : c);
	}
	return text;
}

static void utf16_is_as_iconv_has_it(void **state)
{
	dj_random_state r = dj_random_seed(5, "utf-16");

	(void)state;
	for (int round = 0; round < 30; round++) {
		dj_buf text = some_letters(&r, round == 29 ? 50000 : (size_t)dj_random_between(&r, 0, 300));
		dj_buf little = to_utf16("UTF-16LE", text.data, text.n),
		       big = to_utf16("UTF-16BE", text.data, text.n);
		dj_buf marked = {0};

		gives(little.data, little.n, (dj_decode_ask){.encoding = "utf-16le"}, text.data, text.n, "");
		gives(big.data, big.n, (dj_decode_ask){.encoding = "utf-16be"}, text.data, text.n, "");
		dj_buf_add(&marked, "\xFF\xFE", 2);
		dj_buf_add(&marked, little.data, little.n);
		gives(marked.data, marked.n, nothing_said, text.data, text.n, "the text is in UTF-16");
		gives(marked.data, marked.n, (dj_decode_ask){.encoding = "utf-16"}, text.data, text.n, "");
		dj_buf_reset(&marked);
		dj_buf_add(&marked, "\xFE\xFF", 2);
		dj_buf_add(&marked, big.data, big.n);
		gives(marked.data, marked.n, nothing_said, text.data, text.n, "the text is in UTF-16");
		dj_buf_free(&marked);
		dj_buf_free(&little);
		dj_buf_free(&big);
		dj_buf_free(&text);
	}
}

static void without_a_mark(void **state)
{
	static const char text[] = "name,n\nZo\xC3\xAB,1\nAnne,2\n";
	dj_buf            little = to_utf16("UTF-16LE", text, sizeof text - 1);
	dj_buf            big = to_utf16("UTF-16BE", text, sizeof text - 1);

	(void)state;
	gives(little.data, little.n, nothing_said, text, sizeof text - 1, "! every other byte is NUL");
	gives(big.data, big.n, nothing_said, text, sizeof text - 1, "! every other byte is NUL");
	gives(big.data, big.n, (dj_decode_ask){.encoding = "utf-16"}, text, sizeof text - 1, "");
	dj_buf_free(&little);
	dj_buf_free(&big);

	gives("a\0b\0\0\0c\0d\0", 10, nothing_said, "a\0b\0\0\0c\0d\0", 10,
	      ""); /* NUL as such: no text, and left */
}

static void halves_are_counted(void **state)
{
	(void)state;
	gives("\xFF\xFE"
	      "a\0\x00\xD8"
	      "b\0\x00\xDC"
	      "\x3D\xD8\x00\xDE",
	      14, nothing_said,
	      "a\xEF\xBF\xBD"
	      "b\xEF\xBF\xBD\xF0\x9F\x98\x80",
	      12, "! 2 half characters of UTF-16");
	gives("\xFF\xFE"
	      "a\0\x00\xD8",
	      6, nothing_said, "a\xEF\xBF\xBD", 4, "! 1 half character of");
	gives("\xFF\xFE"
	      "a\0b",
	      5, nothing_said, "a\xEF\xBF\xBD", 4, "! the text ends in the middle of a character");
}

static void other_encodings(void **state)
{
	(void)state;
	fails("\xFF\xFE\0\0a\0\0\0", 8, nothing_said, "UTF-32");
	fails("\0\0\xFE\xFF\0\0\0a", 8, nothing_said, "UTF-32");
	gives("caf\xE9 \x80 \x81", 8, (dj_decode_ask){.encoding = "windows-1252"},
	      "caf\xC3\xA9 \xE2\x82\xAC \xC2\x81", 12, "");
	gives("caf\xE9", 4, (dj_decode_ask){.encoding = "latin-1"}, "caf\xC3\xA9", 5, "");
	gives("caf\xE9", 4, nothing_said, "caf\xE9", 4, ""); /* cell by cell, in the loader */
	gives("\xEF\xBB\xBF"
	      "a",
	      4, nothing_said,
	      "\xEF\xBB\xBF"
	      "a",
	      4, "");
	fails("a", 1, (dj_decode_ask){.encoding = "ebcdic"}, "there is no encoding 'ebcdic' here");
	gives("", 0, nothing_said, "", 0, "");

	dj_buf gz = pack_one(archive_write_add_filter_gzip,
	                     "\xFF\xFE"
	                     "a\0\n\0",
	                     6);
	gives(gz.data, gz.n, nothing_said, "a\n", 2, "the text is in UTF-16");
	dj_buf_free(&gz);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(utf16_is_as_iconv_has_it),
	    cmocka_unit_test(without_a_mark),
	    cmocka_unit_test(halves_are_counted),
	    cmocka_unit_test(other_encodings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
