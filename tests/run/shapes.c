/* Layers and views that are none: JSON that strangers wrote, one broken rule each. */
#include "voice.h"

static const struct {
	bool        view;
	const char *json, *says;
} cases[] = {
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1}", NULL},
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":2}", "is no frame"},
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1.5}", "is no frame"},
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\"}", "frame is missing"},
    {false, "{\"name\":\"A!\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1}", "name is none"},
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"\"},\"kind\":\"points\",\"frame\":1}", "title is empty"},
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"chart\",\"frame\":1}", "kind is none"},
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1,\"colour\":\"lat\"}",
     "unknown field"},
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1,\"color\":\"red\"}",
     "names no column"},
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1,\"palette\":\"hot\"}",
     "not a word"},
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"regions\",\"frame\":1}",
     "region is no column"},
    {false, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"points\",\"frame\":1,\"tooltip\":[\"x\"]}",
     "names no column"},
    {true,
     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"table\",\"frame\":1,\"columns\":[{\"column\":\"lat\",\"digits\":2}]}",
     NULL},
    {true,
     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"table\",\"frame\":1,\"columns\":[{\"column\":\"lat\",\"digits\":99}]}",
     "0 to 15"},
    {true, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"table\",\"frame\":1,\"marks\":[]}",
     "no field of this kind"},
    {true, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"chart\",\"frame\":1,\"marks\":[]}",
     "marks is not a list"},
    {true,
     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"chart\",\"frame\":1,\"marks\":[{\"type\":\"pie\"}]}",
     "not a word"},
    {true,
     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"chart\",\"frame\":1,\"marks\":[{\"type\":\"dot\",\"script\":\"x\"}]}",
     "unknown field"},
    {true,
     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"chart\",\"frame\":1,\"marks\":[{\"type\":\"text\",\"label\":{\"en\":\"none\"}}]}",
     "names no column"},
    {true,
     "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"flow\",\"frame\":1,\"source\":\"lat\",\"target\":\"lon\"}",
     "value is missing"},
    {true, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"network\",\"nodes\":1,\"edges\":1}",
     "used before"},
    {true, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"text\",\"text\":{\"en\":\"# Hi\\nthere\"}}",
     NULL},
    {true, "{\"name\":\"a\",\"title\":{\"en\":\"t\"},\"kind\":\"text\",\"text\":{\"en\":\"\\u001b[2J\"}}",
     "en and fr"},
    {true, "[]", "not an object"},
    {true, "{", ""},
};

static void shapes(void **state)
{
	double         lat[] = {1};
	dj_data_column column[] = {{.name = "lat", .type = DJ_DATA_REAL, .real = lat},
	                           {.name = "lon", .type = DJ_DATA_REAL, .real = lat}};
	dj_data        d = {1, 2, column};
	world         *x = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		dj_shape_frame  frame = {1, &d, false};
		dj_shape_record out;
		dj_err          err = {0};
		int rc = dj_shape_read(&out, cases[i].json, strlen(cases[i].json), cases[i].view, &frame, 1, x->arena,
		                       &err);

		if ((rc >= 0) != !cases[i].says || (cases[i].says && !strstr(err.text, cases[i].says)))
			fail_msg("case %zu, %s: %s", i, cases[i].json, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
