#include "cli/templates.h"

static const char lua_detection[] =
	"-- What this looks for, in one line. Change it, and run: datajam run @NAME@\n"
	"return {\n"
	"  name    = \"@NAME@\",\n"
	"  version = \"0.1.0\",\n"
	"  kind    = \"detection\",\n"
	"  summary = \"Accounts that received much more than others.\",\n"
	"  caveat  = \"Much money has many honest reasons. Say here what this can not tell.\",\n"
	"  needs   = { transactions = { \"to_account\", \"amount\", \"at\" } },\n"
	"  params  = { least = { 50000.0, min = 0, unit = \"CAD\", help = \"report accounts that received this or more\" } },\n"
	"\n"
	"  run = function(jam, p)\n"
	"    -- :least is the param of that name; _row names a source row; list(_row) is evidence.\n"
	"    for hit in jam:rows [[\n"
	"      SELECT to_account AS account, count(*) AS n, sum(amount) AS total,\n"
	"             min(at) AS first, max(at) AS last, list(_row) AS rows\n"
	"      FROM transactions\n"
	"      WHERE to_account IS NOT NULL\n"
	"      GROUP BY to_account HAVING sum(amount) >= :least\n"
	"      ORDER BY total DESC, account\n"
	"    ]] do\n"
	"      jam:finding {\n"
	"        title    = (\"%.0f received in %d payments\"):format(hit.total, hit.n),\n"
	"        score    = 1 - p.least / (p.least + hit.total),\n"
	"        subjects = { account = hit.account },\n"
	"        period   = { hit.first, hit.last },\n"
	"        values   = { payments = hit.n, total = hit.total },\n"
	"        evidence = hit.rows,\n"
	"      }\n"
	"    end\n"
	"  end,\n"
	"}\n";

static const char lua_mapping[] =
	"-- What this maps, in one line. Change it, and run: datajam run @NAME@\n"
	"return {\n"
	"  name    = \"@NAME@\",\n"
	"  version = \"0.1.0\",\n"
	"  kind    = \"mapping\",\n"
	"  summary = \"Reported incidents by region.\",\n"
	"  caveat  = \"Reports follow police and helplines. Say here what this can not tell.\",\n"
	"  needs   = { incidents = { \"region\", \"n\" } },\n"
	"  params  = {},\n"
	"\n"
	"  run = function(jam, p)\n"
	"    local regions = jam:columns [[\n"
	"      SELECT region, sum(n) AS incidents, list(_row) AS _row\n"
	"      FROM incidents WHERE region IS NOT NULL GROUP BY region ORDER BY region ]]\n"
	"    if #regions == 0 then jam:fail(\"no incident says its region\") end\n"
	"\n"
	"    jam:layer { name = \"incidents\", title = \"Reported incidents\", kind = \"regions\",\n"
	"                data = regions, color = \"incidents\", label = \"region\" }\n"
	"  end,\n"
	"}\n";

static const char lua_visualisation[] =
	"-- What this shows, in one line. Change it, and run: datajam run @NAME@\n"
	"return {\n"
	"  name    = \"@NAME@\",\n"
	"  version = \"0.1.0\",\n"
	"  kind    = \"visualisation\",\n"
	"  summary = \"Reported incidents by year.\",\n"
	"  caveat  = \"More reports can mean more crime, more police, or more trust.\",\n"
	"  needs   = { incidents = { \"date\", \"n\" } },\n"
	"  params  = {},\n"
	"\n"
	"  run = function(jam, p)\n"
	"    local years = jam:columns [[\n"
	"      SELECT year(date) AS period, sum(n) AS incidents\n"
	"      FROM incidents WHERE date IS NOT NULL GROUP BY period ORDER BY period ]]\n"
	"    if #years == 0 then jam:fail(\"no incident says its date\") end\n"
	"\n"
	"    jam:view { name = \"years\", title = \"Reported incidents by year\", kind = \"chart\", data = years,\n"
	"               x = { \"period\", label = \"Year\" }, y = { \"incidents\", label = \"Reported incidents\", zero = true },\n"
	"               marks = { { \"line\" }, { \"dot\" } } }\n"
	"  end,\n"
	"}\n";

static const char c_detection[] =
	"/* What this looks for, in one line. Change it, and run: datajam run @NAME@ */\n"
	"#include <datajam/plugin.h>\n"
	"\n"
	"static void run(dj_jam *jam)\n"
	"{\n"
	"  /* :least is the param of that name; _row names a source row; list(_row) is evidence. */\n"
	"  dj_query *q = dj_select(jam,\n"
	"    \"SELECT to_account, count(*), sum(amount), min(at), max(at), list(_row) \"\n"
	"    \"FROM transactions WHERE to_account IS NOT NULL \"\n"
	"    \"GROUP BY to_account HAVING sum(amount) >= :least ORDER BY 3 DESC, 1\");\n"
	"  double least = dj_param_real(jam, \"least\");\n"
	"\n"
	"  while (dj_next(q)) {\n"
	"    double total = dj_real(q, 2);\n"
	"    dj_finding(jam,\n"
	"      .title = dj_format(jam, \"%.0f received in %lld payments\", total, (long long)dj_integer(q, 1)),\n"
	"      .score = 1 - least / (least + total),\n"
	"      .subjects = {{ \"account\", dj_text(q, 0) }},\n"
	"      .first = dj_text(q, 3), .last = dj_text(q, 4),\n"
	"      .values = {{ \"total\", total }},\n"
	"      .evidence = dj_row_list(q, 5)\n"
	"    );\n"
	"  }\n"
	"}\n"
	"\n"
	"DJ_PLUGIN(\n"
	"  .name = \"@NAME@\", .version = \"0.1.0\", .kind = \"detection\",\n"
	"  .summary = \"Accounts that received much more than others.\",\n"
	"  .caveat = \"Much money has many honest reasons. Say here what this can not tell.\",\n"
	"  .needs = {{ \"transactions\", \"to_account amount at\" }},\n"
	"  .params = {{ .name = \"least\", .type = DJ_REAL, .value.real = 50000, .min = 0, .max = 1e12, .unit = \"CAD\",\n"
	"               .help = \"report accounts that received this or more\" }},\n"
	"  .run = run);\n";

static const char c_mapping[] =
	"/* What this maps, in one line. Change it, and run: datajam run @NAME@ */\n"
	"#include <datajam/plugin.h>\n"
	"\n"
	"static void run(dj_jam *jam)\n"
	"{\n"
	"  dj_frame *regions = dj_columns(jam,\n"
	"    \"SELECT region, sum(n) AS incidents, list(_row) AS _row \"\n"
	"    \"FROM incidents WHERE region IS NOT NULL GROUP BY region ORDER BY region\");\n"
	"\n"
	"  if (dj_length(regions) == 0) dj_fail(jam, \"no incident says its region\");\n"
	"  dj_layer(jam, .name = \"incidents\", .title = \"Reported incidents\", .kind = \"regions\",\n"
	"           .data = regions, .color = \"incidents\", .label = \"region\");\n"
	"}\n"
	"\n"
	"DJ_PLUGIN(\n"
	"  .name = \"@NAME@\", .version = \"0.1.0\", .kind = \"mapping\",\n"
	"  .summary = \"Reported incidents by region.\",\n"
	"  .caveat = \"Reports follow police and helplines. Say here what this can not tell.\",\n"
	"  .needs = {{ \"incidents\", \"region n\" }},\n"
	"  .run = run);\n";

static const char c_visualisation[] =
	"/* What this shows, in one line. Change it, and run: datajam run @NAME@ */\n"
	"#include <datajam/plugin.h>\n"
	"\n"
	"static void run(dj_jam *jam)\n"
	"{\n"
	"  dj_frame *years = dj_columns(jam,\n"
	"    \"SELECT year(date) AS period, sum(n) AS incidents \"\n"
	"    \"FROM incidents WHERE date IS NOT NULL GROUP BY period ORDER BY period\");\n"
	"\n"
	"  if (dj_length(years) == 0) dj_fail(jam, \"no incident says its date\");\n"
	"  dj_view(jam, .name = \"years\", .title = \"Reported incidents by year\", .kind = \"chart\", .data = years,\n"
	"          .x = { .column = \"period\", .label = \"Year\" },\n"
	"          .y = { .column = \"incidents\", .label = \"Reported incidents\", .zero = 1 },\n"
	"          .marks = {{ .type = \"line\" }, { .type = \"dot\" }});\n"
	"}\n"
	"\n"
	"DJ_PLUGIN(\n"
	"  .name = \"@NAME@\", .version = \"0.1.0\", .kind = \"visualisation\",\n"
	"  .summary = \"Reported incidents by year.\",\n"
	"  .caveat = \"More reports can mean more crime, more police, or more trust.\",\n"
	"  .needs = {{ \"incidents\", \"date n\" }},\n"
	"  .run = run);\n";

static const char lua_query[] =
	"-- Made from a query. Run it: datajam run @NAME@\n"
	"return {\n"
	"  name    = \"@NAME@\",\n"
	"  version = \"0.1.0\",\n"
	"  kind    = \"visualisation\",\n"
	"  summary = \"The rows of one query, as a table.\",\n"
	"  caveat  = \"Say here what this can not tell.\",\n"
	"  needs   = { @NEEDS@ },\n"
	"  params  = {},\n"
	"\n"
	"  run = function(jam, p)\n"
	"    local rows = jam:columns [==[\n"
	"@QUERY@\n"
	"    ]==]\n"
	"    jam:view { name = \"rows\", title = \"@NAME@\", kind = \"table\", data = rows }\n"
	"    -- To make leads of the rows, select list(_row) AS rows, and for each row call\n"
	"    -- jam:finding { title = ..., score = ..., subjects = { account = ... }, evidence = ... }\n"
	"  end,\n"
	"}\n";

static const char readme[] =
	"# @NAME@\n"
	"\n"
	"- **Question:** what does it look for?\n"
	"- **Method:** how, in two sentences?\n"
	"- **Source:** which paper, alert or standard?\n"
	"- **How to read it:** what does a high score mean?\n"
	"- **What it can not say:** what else could explain what it finds? Whom could a wrong lead harm?\n";

static const dj_template templates[] = {
	{"detection", "lua", lua_detection}, {"mapping", "lua", lua_mapping}, {"visualisation", "lua", lua_visualisation},
	{"detection", "c", c_detection},     {"mapping", "c", c_mapping},     {"visualisation", "c", c_visualisation},
};

const dj_template *dj_templates(size_t *n)
{
	*n = sizeof templates / sizeof templates[0];
	return templates;
}

const char *dj_template_query(void)
{
	return lua_query;
}

const char *dj_template_readme(void)
{
	return readme;
}
