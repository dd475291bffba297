#include "lint/canada.h"

#include "analysis/fold.h"

#include <string.h>

static const struct {
	const char *code, *name[7]; /* folded */
} provinces[] = {
    {"AB", {"ab", "48", "alberta", "alta", "alb"}},
    {"BC", {"bc", "59", "british columbia", "colombie-britannique", "cb", "b.c", "c.-b"}},
    {"MB", {"mb", "46", "manitoba", "man"}},
    {"NB", {"nb", "13", "new brunswick", "nouveau-brunswick", "n.b", "n.-b"}},
    {"NL",
     {"nl", "10", "newfoundland and labrador", "newfoundland", "terre-neuve-et-labrador", "terre-neuve",
      "nfld"}},
    {"NS", {"ns", "12", "nova scotia", "nouvelle-ecosse", "n.s", "n.-e"}},
    {"NT", {"nt", "61", "northwest territories", "territoires du nord-ouest", "nwt", "n.w.t", "t.n.-o"}},
    {"NU", {"nu", "62", "nunavut", "nvt"}},
    {"ON", {"on", "35", "ontario", "ont"}},
    {"PE", {"pe", "11", "prince edward island", "ile-du-prince-edouard", "pei", "p.e.i", "i.-p.-e"}},
    {"QC", {"qc", "24", "quebec", "que", "pq", "p.q"}},
    {"SK", {"sk", "47", "saskatchewan", "sask"}},
    {"YT", {"yt", "60", "yukon", "yukon territory", "yn", "yk", "y.t"}},
};

bool dj_in_canada(double lat, double lon)
{
	return lat >= 41.6 && lat <= 83.3 && lon >= -141.1 && lon <= -52.5;
}

/* Folded, without what stands in brackets, blanks and a full stop at the end. */
static void plain(dj_buf *out, const char *name, size_t n)
{
	dj_buf_reset(out);
	dj_buf_room(out, 1)[0] = '\0';
	if (n > 64 || dj_fold(out, name, n, NULL) < 0)
		return;
	out->n = strcspn(out->data, "[(,");
	while (out->n && strchr(" .\t", out->data[out->n - 1]))
		out->n--;
	out->data[out->n] = '\0';
}

const char *dj_province(const char *name, size_t n)
{
	dj_buf      key = {0};
	const char *found = NULL;

	plain(&key, name, n);
	for (size_t i = 0; i < sizeof provinces / sizeof provinces[0] && !found; i++)
		for (size_t k = 0; k < 7 && provinces[i].name[k] && !found; k++)
			if (strcmp(key.data, provinces[i].name[k]) == 0)
				found = provinces[i].code;
	dj_buf_free(&key);
	return found;
}

bool dj_is_canada(const char *name, size_t n)
{
	dj_buf key = {0};

	plain(&key, name, n);
	bool is = strcmp(key.data, "canada") == 0 || strcmp(key.data, "ca") == 0 || strcmp(key.data, "can") == 0;
	dj_buf_free(&key);
	return is;
}
