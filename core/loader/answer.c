#include "loader/answer.h"

#include "base/json.h"
#include "base/text.h"
#include "loader/encoding.h"

#include <inttypes.h>
#include <string.h>

static const char *plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

static void say_marks(dj_table *t)
{
	for (size_t i = 0; i < t->plan.n; i++) {
		const dj_table_column *c = &t->column[i];
		if (c->marked > 0 && (c->kinds & DJ_KIND_TEXT))
			dj_said_add(&t->said, false,
			            "column %s: %" PRId64
			            " cell%s like NA taken as missing (to keep %s, say \"null\": [\"\"] of the "
			            "column in dataset.json)",
			            t->plan.name[i], c->marked, plural(c->marked), c->marked == 1 ? "it" : "them");
	}
}

static void say_first_reject(dj_table *t)
{
	dj_buf raw = {0};

	dj_encoding_add_any(&raw, t->first_raw, strlen(t->first_raw));
	raw.data[dj_utf8_valid(raw.data, raw.n)] = '\0';
	dj_said_add(&t->said, true, "%" PRId64 " row%s rejected; the first, line %" PRIu64 ":%s%s %s: %s",
	            t->counts.rejects, plural(t->counts.rejects), t->first.line,
	            t->first.column ? " column " : "", t->first.column ? t->first.column : "", t->first.reason,
	            raw.data);
	dj_buf_free(&raw);
}

void dj_answer_say(dj_table *t)
{
	const dj_table_counts *n = &t->counts;

	dj_json_notes_say(&t->notes, &t->said);
	if (t->row_names)
		dj_said_add(&t->said, true,
		            "the header names one column fewer than the rows have: the first is taken as row names");
	if (n->not_utf8 > 0)
		dj_said_add(&t->said, true,
		            "%" PRId64 " row%s not in UTF-8, taken as Windows-1252; the first, line %" PRIu64,
		            n->not_utf8, plural(n->not_utf8), n->first_not_utf8);
	if (n->shorter > 0)
		dj_said_add(
		    &t->said, true,
		    "%" PRId64 " row%s shorter than %s, the missing cells are empty; the first, line %" PRIu64,
		    n->shorter, plural(n->shorter), t->header ? "the header" : "the others", n->first_shorter);
	if (n->longer > 0)
		dj_said_add(&t->said, false,
		            "%" PRId64
		            " row%s with empty cells too many, which are left out; the first, line %" PRIu64,
		            n->longer, plural(n->longer), n->first_longer);
	if (n->left_out > 0)
		dj_said_add(&t->said, false, "%" PRId64 " row%s left out by the filter steps", n->left_out,
		            plural(n->left_out));
	say_marks(t);
	if (n->rejects > 0)
		say_first_reject(t);
}

static void put_dialect(dj_buf *out, const dj_table *t)
{
	const dj_decoded *d = &t->unwrapped->decoded;
	const char       *encoding = d->encoding && strcmp(d->encoding, "utf-8") != 0 ? d->encoding : NULL;

	char separator[2] = {t->front.csv.separator}, quote[2] = {0};

	dj_json_add_text(out, "format", d->rows ? dj_wrapping_name(d->kind) : dj_format_name(t->format));
	dj_json_add_text(out, "encoding", encoding ? encoding : t->counts.not_utf8 ? "windows-1252" : "utf-8");
	if (d->wrapping != DJ_WRAPPING_NONE)
		dj_json_add_text(out, "wrapping", dj_wrapping_name(d->wrapping));
	if (d->n_parts)
		dj_json_add_texts(out, "parts", d->part, d->n_parts);
	if (t->front.json)
		return;
	if (t->front.csv.quote > 0)
		quote[0] = (char)t->front.csv.quote;
	dj_json_add_text(out, "separator", separator);
	dj_json_add_text(out, "quote", quote);
	dj_json_add_bool(out, "header", t->header);
}

static void put_said(dj_buf *out, const dj_said *s)
{
	for (size_t i = 0; i < s->n; i++) {
		dj_json_open(out, NULL, '{');
		dj_json_add_bool(out, "warning", s->line[i].warning);
		dj_json_add_text(out, "text", s->line[i].text);
		dj_buf_char(out, '}');
	}
	if (s->more)
		dj_buf_fmt(out, ",{\"warning\":true,\"text\":\"and %zu more\"}", s->more);
}

void dj_answer_table(dj_buf *out, const dj_table *t)
{
	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "name", t->job->name);
	dj_json_add_integer(out, "rows", t->counts.rows);
	dj_json_add_integer(out, "rejects", t->counts.rejects);
	put_dialect(out, t);
	dj_json_open(out, "columns", '[');
	for (size_t i = 0; i < t->plan.n; i++) {
		dj_json_open(out, NULL, '{');
		dj_json_add_text(out, "name", t->plan.name[i]);
		dj_json_add_text(out, "type", dj_coltype_name(t->column[i].type));
		dj_json_add_bool(out, "source", t->plan.source_name[i]);
		dj_buf_char(out, '}');
	}
	dj_buf_char(out, ']');
	dj_json_open(out, "said", '[');
	put_said(out, &t->unwrapped->said);
	put_said(out, &t->said);
	dj_buf_char(out, ']');
	dj_buf_char(out, '}');
}

void dj_answer_meta(dj_buf *out, const dj_table *t)
{
	dj_buf_fmt(out, "{\"rows\":%" PRId64 ",\"rejects\":%" PRId64 ",\"columns\":[", t->counts.rows,
	           t->counts.rejects);
	for (size_t i = 0; i < t->plan.n; i++) {
		dj_json_add_texts(out, NULL, (const char *[]){t->plan.name[i], dj_coltype_name(t->column[i].type)},
		                  2);
	}
	dj_buf_char(out, ']');
	if (t->job->n_sources > 1) { /* so that a row leads to the source that it is of */
		dj_json_open(out, "source_rows", '[');
		for (size_t k = 0; k < t->job->n_sources; k++)
			dj_json_add_integer(out, NULL, t->rows_of[k]);
		dj_buf_char(out, ']');
	}
	dj_buf_char(out, '}');
}
