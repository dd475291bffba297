/* Compressed texts and archives: what comes back is what went in, or nothing does. */
#include "decode_test.h"

#include <zlib.h>

typedef int filter_fn(struct archive *);

static filter_fn *const  filters[] = {archive_write_add_filter_gzip, archive_write_add_filter_zstd,
                                      archive_write_add_filter_xz, archive_write_add_filter_bzip2};
static const dj_wrapping wrappings[] = {DJ_WRAPPING_GZIP, DJ_WRAPPING_ZSTD, DJ_WRAPPING_XZ,
                                        DJ_WRAPPING_BZIP2};
static const char        csv[] = "a,b\n1,2\n3,4\n";
enum { CSV = sizeof csv - 1 };

static const dj_decode_ask nothing_said;

static void any_text_comes_back(void **state)
{
	dj_random_state r = dj_random_seed(7, "packed");

	(void)state;
	for (int round = 0; round < 60; round++) {
		size_t n = (size_t)dj_random_between(&r, 1, round % 10 ? 3000 : 700000);
		dj_buf text = some_text(&r, n);
		for (size_t i = 0; i < DJ_COUNT(filters); i++) {
			dj_buf   bytes = pack_one(filters[i], text.data, text.n);
			decoding d = decode(bytes.data, bytes.n, nothing_said);
			assert_string_equal(d.err.text, "");
			assert_int_equal(d.out.wrapping, wrappings[i]);
			assert_int_equal(d.text.n, text.n);
			assert_memory_equal(d.text.data, text.data, text.n);
			forget(&d);
			dj_buf_free(&bytes);
		}
		dj_buf_free(&text);
	}
}

/* Wherever it is cut, and wherever the middle is changed, all of it comes back or it fails. */
static void no_damage_passes(void **state)
{
	dj_random_state r = dj_random_seed(11, "damage");
	dj_buf          text = some_text(&r, 5000);

	(void)state;
	for (size_t i = 0; i < DJ_COUNT(filters); i++) {
		dj_buf bytes = pack_one(filters[i], text.data, text.n);
		for (size_t n = 20; n < bytes.n; n += n + 30 < bytes.n ? 13 : 1) {
			decoding d = decode(bytes.data, n, nothing_said);
			if (d.rc >= 0)
				fail_msg("%s cut at %zu of %zu passes", dj_wrapping_name(wrappings[i]), n, bytes.n);
			forget(&d);
		}
		dj_buf_free(&bytes);
	}
	dj_buf_free(&text);
}

static void gzip_checks_length_and_sum(void **state)
{
	dj_buf bytes = pack_one(archive_write_add_filter_gzip, csv, CSV), twice = {0};

	(void)state;
	for (size_t at = bytes.n - 8; at < bytes.n; at++) {
		bytes.data[at] ^= 1;
		fails(bytes.data, bytes.n, nothing_said,
		      at < bytes.n - 4 ? "incorrect data check" : "incorrect length check");
		bytes.data[at] ^= 1;
	}
	fails(bytes.data, bytes.n - 8, nothing_said, "cut off before its end");
	fails(bytes.data, bytes.n / 2, nothing_said, "cut off before its end");

	dj_buf_add(&twice, bytes.data, bytes.n); /* several members are one text */
	dj_buf_add(&twice, bytes.data, bytes.n);
	gives(twice.data, twice.n, nothing_said, "a,b\n1,2\n3,4\na,b\n1,2\n3,4\n", 2 * CSV, "");
	dj_buf_add(&twice, "\0\0\0", 3); /* padding */
	gives(twice.data, twice.n, nothing_said, "a,b\n1,2\n3,4\na,b\n1,2\n3,4\n", 2 * CSV, "");
	dj_buf_add(&twice, "junk", 4);
	fails(twice.data, twice.n, nothing_said, "something that is no gzip follows");
	dj_buf_free(&twice);
	dj_buf_free(&bytes);
}

static void junk_behind_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < DJ_COUNT(filters); i++) {
		dj_buf bytes = pack_one(filters[i], csv, CSV);
		dj_buf_text(&bytes, "and more of something else");
		decoding d = decode(bytes.data, bytes.n, nothing_said);
		if (d.rc >= 0)
			fail_msg("%s with junk behind it passes", dj_wrapping_name(wrappings[i]));
		forget(&d);
		dj_buf_free(&bytes);
	}
}

/* A thousand to one: what is written is bounded by what the caller says, and then by nothing else. */
static void bombs_are_bounded(void **state)
{
	size_t n = 4 << 20;
	char  *zeros = dj_alloc_zero(n, 1);

	(void)state;
	memset(zeros, 'x', n);
	for (size_t i = 0; i < DJ_COUNT(filters); i++) {
		dj_buf   bytes = pack_one(filters[i], zeros, n);
		decoding d = decode(bytes.data, bytes.n, (dj_decode_ask){.most = 1 << 20});
		assert_true(bytes.n < n / 500);
		assert_int_equal(d.rc, DJ_FAIL);
		assert_non_null(strstr(d.err.text, "far more than"));
		assert_true(lseek(d.scratch, 0, SEEK_END) <= 1 << 20);
		forget(&d);
		gives(bytes.data, bytes.n, (dj_decode_ask){.most = n}, zeros, n, "");
		dj_buf_free(&bytes);
	}
	packer *p = pack_zip();
	pack_add(p, "x.csv", zeros, n);
	dj_buf zip = packed(p);
	fails(zip.data, zip.n, (dj_decode_ask){.most = 1 << 20}, "far more than");
	dj_buf_free(&zip);
	free(zeros);
}

/* ---- zip and tar ---- */

static dj_buf zip_of(const char *const *name, size_t n)
{
	packer *p = pack_zip();

	for (size_t i = 0; i < n; i++)
		pack_add(p, name[i], csv, CSV);
	return packed(p);
}

static void the_only_data_is_taken(void **state)
{
	static const char *const names[] = {"__MACOSX/._x.csv", ".DS_Store", "README.txt",
	                                    "licence.txt",      "d/x.csv",   "d/notes.pdf"};
	dj_buf                   zip = zip_of(names, DJ_COUNT(names));

	(void)state;
	gives(zip.data, zip.n, nothing_said, csv, CSV,
	      "d/x.csv is read from the archive, what lies beside it is left");
	gives(zip.data, zip.n, (dj_decode_ask){.member = "licence.txt"}, csv, CSV, "");
	gives(zip.data, zip.n, (dj_decode_ask){.member = "x.csv"}, csv, CSV, "");
	fails(zip.data, zip.n, (dj_decode_ask){.member = "y.csv"}, "there is no file 'y.csv' in the archive");
	dj_buf_free(&zip);

	zip = zip_of((const char *const[]){"what.is.this"}, 1);
	gives(zip.data, zip.n, nothing_said, csv, CSV, "what.is.this is read from the archive\n");
	dj_buf_free(&zip);
}

static void several_are_named(void **state)
{
	dj_buf zip = zip_of((const char *const[]){"a.csv", "b/b.csv", "README.txt"}, 3);

	(void)state;
	fails(zip.data, zip.n, nothing_said, "holds 2 files: a.csv, b/b.csv (say which, with --member NAME)");
	gives(zip.data, zip.n, (dj_decode_ask){.member = "b/b.csv"}, csv, CSV, "");
	dj_buf_free(&zip);

	zip = zip_of((const char *const[]){"a.csv", "a.csv"}, 2);
	fails(zip.data, zip.n, nothing_said, "holds 2 files: a.csv, a.csv");
	fails(zip.data, zip.n, (dj_decode_ask){.member = "a.csv"}, "more than one 'a.csv'");
	dj_buf_free(&zip);

	zip = zip_of(NULL, 0);
	fails(zip.data, zip.n, nothing_said, "the zip data is damaged or cut off");
	dj_buf_free(&zip);
}

/* Names lead nowhere: nothing is written but the scratch file. */
static void names_and_links_are_harmless(void **state)
{
	packer *p = pack(archive_write_set_format_pax_restricted, archive_write_add_filter_gzip);

	(void)state;
	pack_other(p, "folder", AE_IFDIR, NULL);
	pack_other(p, "link.csv", AE_IFLNK, "/etc/passwd");
	pack_other(p, "pipe.csv", AE_IFIFO, NULL);
	pack_add(p, "../../../escaped\x1b[31m.csv", csv, CSV);
	dj_buf tar = packed(p);
	gives(tar.data, tar.n, nothing_said, csv, CSV,
	      "../../../escaped\\x1B[31m.csv is read from the archive\n");
	fails(tar.data, tar.n, (dj_decode_ask){.member = "link.csv"}, "there is no file 'link.csv'");
	assert_int_not_equal(access("../../../escaped\x1b[31m.csv", F_OK), 0);

	for (size_t n = tar.n - 12; n < tar.n; n++) /* the packing's own end, though the file is whole by then */
		fails(tar.data, n, nothing_said, "cut off");
	dj_buf_free(&tar);
}

/* Names that unpack to a thousand times their size are bounded before they fill memory. */
static void names_are_bounded(void **state)
{
	packer *p = pack(archive_write_set_format_pax_restricted, archive_write_add_filter_gzip);
	size_t  n = 100000;
	char   *name = dj_alloc_zero(n + 1, 1);

	(void)state;
	memset(name, 'n', n);
	for (int i = 0; i < 200; i++)
		pack_add(p, name, "", 0);
	dj_buf tar = packed(p);
	assert_true(tar.n < 1 << 20);
	fails(tar.data, tar.n, nothing_said, "the names in the tar are larger than 16 MiB");
	dj_buf_free(&tar);
	free(name);
}

static void packed_twice(void **state)
{
	dj_buf  gz = pack_one(archive_write_add_filter_gzip, csv, CSV);
	packer *p = pack_zip();

	(void)state;
	pack_add(p, "data.csv.gz", gz.data, gz.n);
	pack_add(p, "readme.txt", "x", 1);
	dj_buf zip = packed(p);
	gives(zip.data, zip.n, nothing_said, csv, CSV, "data.csv.gz is read");

	dj_buf again =
	    pack_one(archive_write_add_filter_xz, zip.data, zip.n); /* the zip goes to the spare file */
	gives(again.data, again.n, nothing_said, csv, CSV, "");
	dj_buf third = pack_one(archive_write_add_filter_bzip2, again.data, again.n);
	gives(third.data, third.n, nothing_said, csv, CSV, "");
	dj_buf fourth = pack_one(archive_write_add_filter_gzip, third.data, third.n);
	fails(fourth.data, fourth.n, nothing_said, "packed more than 4 times over");

	p = pack_zip();
	pack_add(p, "inner.zip", zip.data, zip.n);
	dj_buf outer = packed(p);
	gives(outer.data, outer.n, nothing_said, csv, CSV, "");
	p = pack_zip();
	pack_add(p, "outer.zip", outer.data, outer.n);
	dj_buf outermost = packed(p);
	fails(outermost.data, outermost.n, nothing_said, "packed twice over");

	dj_buf *all[] = {&gz, &zip, &again, &third, &fourth, &outer, &outermost};
	for (size_t i = 0; i < DJ_COUNT(all); i++)
		dj_buf_free(all[i]);
}

static void damaged_zips_fail(void **state)
{
	dj_random_state r = dj_random_seed(3, "zip");
	dj_buf          text = some_text(&r, 3000);
	packer         *p = pack_zip();

	(void)state;
	pack_add(p, "x.csv", text.data, text.n);
	dj_buf zip = packed(p);
	for (size_t n = 4; n < zip.n; n += 7) {
		decoding d = decode(zip.data, n, nothing_said);
		assert_true(d.rc < 0);
		forget(&d);
	}
	for (size_t at = 60; at < zip.n - 120; at += 5) { /* within the data */
		zip.data[at] ^= 0x10;
		decoding d = decode(zip.data, zip.n, nothing_said);
		if (d.rc >= 0)
			fail_msg("byte %zu of the zip is wrong, and it passes", at);
		forget(&d);
		zip.data[at] ^= 0x10;
	}
	gives(zip.data, zip.n, nothing_said, text.data, text.n, "");
	dj_buf_free(&zip);
	dj_buf_free(&text);
}

static void encrypted_is_refused(void **state)
{
	dj_buf zip = zip_of((const char *const[]){"x.csv"}, 1);

	(void)state;
	for (size_t at = 0; at + 4 < zip.n; at++) { /* the flag, in the file's header and in the directory */
		if (memcmp(zip.data + at, "PK\3\4", 4) == 0)
			zip.data[at + 6] |= 1;
		if (memcmp(zip.data + at, "PK\1\2", 4) == 0)
			zip.data[at + 8] |= 1;
	}
	fails(zip.data, zip.n, nothing_said, "x.csv is encrypted");
	dj_buf_free(&zip);
}

static void what_looks_packed_and_is_text(void **state)
{
	static const char *const texts[] = {"BZh,price\n1,2\n", "PK,name\n1,x\n", "SQLite format,x\n1,2\n",
	                                    "a\n"};

	(void)state;
	for (size_t i = 0; i < DJ_COUNT(texts); i++) {
		decoding d = decode(texts[i], strlen(texts[i]), nothing_said);
		assert_int_equal(d.rc, DJ_OK);
		assert_int_equal(d.out.fd, d.fd); /* left where it is */
		assert_int_equal(d.out.wrapping, DJ_WRAPPING_NONE);
		assert_string_equal(d.said.data, "");
		forget(&d);
	}
	dj_buf empty = pack_one(archive_write_add_filter_gzip, "", 0);
	fails(empty.data, empty.n, nothing_said, "empty");
	dj_buf_free(&empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_text_comes_back),
	    cmocka_unit_test(no_damage_passes),
	    cmocka_unit_test(gzip_checks_length_and_sum),
	    cmocka_unit_test(junk_behind_fails),
	    cmocka_unit_test(bombs_are_bounded),
	    cmocka_unit_test(the_only_data_is_taken),
	    cmocka_unit_test(several_are_named),
	    cmocka_unit_test(names_and_links_are_harmless),
	    cmocka_unit_test(names_are_bounded),
	    cmocka_unit_test(packed_twice),
	    cmocka_unit_test(damaged_zips_fail),
	    cmocka_unit_test(encrypted_is_refused),
	    cmocka_unit_test(what_looks_packed_and_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
