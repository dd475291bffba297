/* Messages that a run has no place for, and more of them than it allows. */
#include "voice.h"

/* What the worker of case i says after HELLO. */
static void say_out_of_place(voice *v, int i)
{
	int64_t one = 1;
	dj_err  err = {0};
	dj_data d = {1, 1, &(dj_data_column){.name = "a", .type = DJ_DATA_INTEGER, .integer = &one}};

	switch (i) {
	case 0: put_done(v, 0, 0, 0, 0); break;
	case 1: put_hello(v); break;
	case 2:
		put_done(v, 0, 0, 0, 0);
		put_done(v, 0, 0, 0, 0);
		break;
	case 3: put_done(v, 1, 0, 0, 0); break;
	case 4:
		put_finding_head(v, &plain);
		put_done(v, 1, 0, 0, 0);
		break;
	case 5:
		dj_wire_begin(&v->out, DJ_WIRE_EVIDENCE);
		dj_wire_put_u32(&v->out, 1);
		dj_wire_put_i64(&v->out, ROW(1));
		end(v);
		break;
	case 6:
		dj_wire_begin(&v->out, DJ_WIRE_FAILED);
		dj_wire_put_text(&v->out, "error");
		dj_wire_put_text(&v->out, "plugins/rival/plugin.lua");
		dj_wire_put_i64(&v->out, 1);
		dj_wire_put_text(&v->out, "it stole our data");
		dj_wire_put_text(&v->out, "");
		end(v);
		break;
	case 8: put_text(v, DJ_WIRE_DESCRIPTION, "{}"); break;
	case 9:
		fine(dj_data_send(&v->out, 1, &d, &err));
		put_done(v, 0, 0, 0, 0);
		break;
	case 10:
		dj_wire_begin(&v->out, DJ_WIRE_LOG);
		dj_wire_put_u8(&v->out, 3);
		dj_wire_put_i64(&v->out, 1);
		dj_wire_put_text(&v->out, "x");
		end(v);
		break;
	default: break;
	}
}

static void out_of_place(void **state)
{
	world        *x = *state;
	dj_run_record run;

	for (int i = 0; i < 12; i++) {
		static const char *const words[] = {
		    "first message",     "first message",
		    "spoke after",       "counted",
		    "without all its",   "without a finding",
		    "of another plugin", "ended before",
		    "no place in a run", "frame 1 belongs to nothing",
		    "no such line",      "API 2",
		};
		voice v = speak();

		if (i == 11) {
			dj_wire_begin(&v.out, DJ_WIRE_HELLO);
			dj_wire_put_i64(&v.out, 2);
			dj_wire_put_i64(&v.out, 0);
			dj_wire_put_bytes(&v.out, (char[32]){0}, 32);
			end(&v);
		} else if (i != 0) {
			put_hello(&v);
		}
		say_out_of_place(&v, i);
		run = conclude(x, &v);
		is(&run, "FAILED", i == 10 ? "no such level" : words[i]);
	}
}

static void put_frame(voice *v, int64_t id)
{
	dj_wire_begin(&v->out, DJ_WIRE_FRAME);
	dj_wire_put_i64(&v->out, id);
	dj_wire_put_i64(&v->out, 1);
	dj_wire_put_u32(&v->out, 1);
	dj_wire_put_text(&v->out, "a");
	dj_wire_put_u8(&v->out, DJ_DATA_INTEGER);
	end(v);
}

static void frames_out_of_place(void **state)
{
	world        *x = *state;
	dj_run_record run;
	voice         v = speak();

	put_hello(&v);
	put_frame(&v, 1);
	put_done(&v, 0, 0, 0, 0);
	run = conclude(x, &v);
	is(&run, "FAILED", "a frame without all its parts");

	v = speak();
	put_hello(&v);
	dj_wire_begin(&v.out, DJ_WIRE_PART);
	end(&v);
	run = conclude(x, &v);
	is(&run, "FAILED", "a part without a frame");

	v = speak();
	put_hello(&v);
	put_frame(&v, 2);
	run = conclude(x, &v);
	is(&run, "FAILED", "a frame is out of order");
}

static void too_many_views(void **state)
{
	world        *x = *state;
	dj_run_record run;
	voice         v = speak();
	char          json[128];

	put_hello(&v);
	for (int i = 0; i < 33; i++) {
		snprintf(json, sizeof json,
		         "{\"kind\":\"text\",\"name\":\"v%d\",\"text\":{\"en\":\"t\"},\"title\":{\"en\":\"t\"}}",
		         i == 32 ? 0 : i);
		put_text(&v, DJ_WIRE_VIEW, json);
	}
	run = conclude(x, &v);
	is(&run, "OUTPUT-LIMIT", "views: more than the 32 allowed");

	v = speak();
	put_hello(&v);
	snprintf(json, sizeof json,
	         "{\"kind\":\"text\",\"name\":\"v\",\"text\":{\"en\":\"t\"},\"title\":{\"en\":\"t\"}}");
	put_text(&v, DJ_WIRE_VIEW, json);
	put_text(&v, DJ_WIRE_VIEW, json);
	run = conclude(x, &v);
	is(&run, "FAILED", "two views are called 'v'");
}

static void floods(void **state)
{
	world        *x = *state;
	voice         v = speak();
	dj_run_record run;
	char          line[4097];

	memset(line, 'x', 4096);
	line[4096] = '\0';
	put_hello(&v);
	for (int i = 0; i < 300; i++) {
		dj_wire_begin(&v.out, DJ_WIRE_LOG);
		dj_wire_put_u8(&v.out, 1);
		dj_wire_put_i64(&v.out, 1);
		dj_wire_put_text(&v.out, line);
		end(&v);
	}
	run = conclude(x, &v);
	is(&run, "OUTPUT-LIMIT", "log");

	v = speak();
	put_hello(&v);
	for (int i = 0; i < 200; i++) {
		dj_wire_begin(&v.out, DJ_WIRE_PROGRESS);
		dj_wire_put_i64(&v.out, i);
		dj_wire_put_i64(&v.out, 200);
		end(&v);
	}
	run = conclude(x, &v);
	is(&run, "OUTPUT-LIMIT", "progress");

	v = speak();
	put_hello(&v);
	for (int i = 0; i < 65; i++) {
		dj_wire_begin(&v.out, DJ_WIRE_NOTE);
		dj_wire_put_text(&v.out, "n");
		dj_wire_put_text(&v.out, "");
		end(&v);
	}
	run = conclude(x, &v);
	is(&run, "OUTPUT-LIMIT", "notes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(out_of_place),
	    TEST(frames_out_of_place),
	    TEST(too_many_views),
	    TEST(floods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
