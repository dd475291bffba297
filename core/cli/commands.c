/* The table of commands: help, completions and parsing read nothing else. Summaries hold no quotes, colons or brackets. */
#include "cli/commands.h"

#define MANY (DJ_MOST_WORDS)
#define DATA true /* prints data, as JSON when asked */
#define TALK false

/* clang-format off */
static const dj_command table[] = {
	/* name, words, summary, more, least and most words, what completes them, function, what --json is to it, options */
	{"init", "[DIR]", "Make a workspace, a folder for data, plugins and results", NULL, 0, 1, DJ_COMPLETE_FILE, dj_cmd_init, TALK, {{0}}},
	{"load", "SOURCE...", "Load a file, an address, a dataset folder, or a name from datasets/ into a snapshot",
	 "SOURCE is a CSV, TSV, NDJSON or JSON file, an http(s) address, - for standard input, a folder with a dataset.json, or the name of a\n"
	 "dataset. A bare file becomes dataset and table NAME, and an editable datasets/NAME/dataset.json is written.",
	 1, MANY, DJ_COMPLETE_FILE, dj_cmd_load, DATA,
	 {{"as", 0, "NAME", "name of the dataset (default: the stem of the file)"},
	  {"format", 0, "F", "csv, tsv, ndjson, json, geojson, xlsx or sqlite (default: found out)"},
	  {"member", 0, "PATH", "the file of an archive (default: its only one)"},
	  {"sheet", 0, "S", "of a spreadsheet, by name or number (default: the first that holds anything)"},
	  {"from", 0, "TABLE", "of a SQLite file (default: its only one)"},
	  {"rows", 0, "PATH", "where in a JSON text the rows are, e.g. data.items (default: found out)"},
	  {"encoding", 0, "E", "utf-8, utf-16, windows-1252 or latin-1 (default: found out)"},
	  {"separator", 0, "C", "what divides fields: , ; | tab (default: found out)"},
	  {"quote", 0, "C", "the quote character, or none (default: found out)"},
	  {"header", 0, NULL, "the first line is a header"},
	  {"no-header", 0, NULL, "the first line is data"},
	  {"null", 0, "MARK", "a mark that means no value (again for more; default: NA, N/A, NULL, null)"},
	  {"role", 0, "ROLE:C=COL,...", "what the table is, e.g. incidents:date=REF_DATE,n=VALUE"},
	  {"index", 0, "COL,...", "an index on these columns (again for more)"},
	  {"rtree", 0, "lat=C,lon=C", "an R-Tree of places, of these two columns of degrees"},
	  {"limit", 0, "N", "only the first N rows, for a quick look"},
	  {"threads", 0, "N", "threads to read with (default: one a processor); the snapshot is the same"},
	  {"explain", 0, NULL, "only say what would be decided, and why"},
	  {"preview", 0, NULL, "only show the first ten rows with their types"},
	  {"accept-terms", 0, NULL, "the terms of the dataset are accepted"},
	  {"offline", 0, NULL, "fetch nothing, use what the cache has"},
	  {"allow-host", 0, "HOST", "may be fetched from although its address is private (again for more)"},
	  {"replace", 0, NULL, "write the manifest anew"}}},
	{"datasets", "[NAME]", "List datasets, or show one with its columns, licence, rejects and what to look at",
	 "Of one dataset: counts of each column, and what deserves a look before the data is used, such as rows that are there\n"
	 "twice, coordinates far from the place they name, or likely personal data. --json gives all of it.", 0, 1, DJ_COMPLETE_DATASET,
	 dj_cmd_datasets, DATA, {{"names", 0, NULL, "only the names"}, {"rejects", 0, NULL, "the rows that were rejected, and why"}}},
	{"roles", "[ROLE]", "Show the shared words for what a table and its columns are", NULL, 0, 1, DJ_COMPLETE_ROLE, dj_cmd_roles, DATA,
	 {{"names", 0, NULL, "only the names"}}},
	{"sql", "QUERY", "Ask the loaded data a question in SQL, read-only",
	 "Sees DATASET.TABLE, roles by their name (with _row and _dataset), and tables by their bare name where it is unique.",
	 1, 1, DJ_COMPLETE_NONE, dj_cmd_sql, DATA, {{"csv", 0, NULL, "rows as CSV"}}},
	{"plugins", "[NAME]", "List plugins, or show one with what it needs and its parameters", NULL, 0, 1, DJ_COMPLETE_PLUGIN,
	 dj_cmd_plugins, DATA, {{"names", 0, NULL, "only the names"}}},
	{"run", "PLUGIN...", "Run plugins in the cage and record what they find",
	 "PLUGIN is a name from plugins/ or a folder. Plugins whose findings it needs run first.", 1, MANY, DJ_COMPLETE_PLUGIN,
	 dj_cmd_run, DATA,
	 {{"param", 'p', "K=V", "a parameter (again for more); PLUGIN.K=V for one plugin of several"},
	  {"seed", 0, "N", "seed of the random streams (default 1)"},
	  {"now", 0, "TIME", "the declared time, ISO 8601 (default: the newest source date)"},
	  {"with", 0, "ROLE=DATASET,...", "which datasets fill a role"},
	  {"jobs", 'j', "N", "how many at once (default: one a processor)"},
	  {"cpu", 0, "S", "seconds of processor that each may use (default 60)"},
	  {"wall", 0, "S", "seconds that each may take in all (default 120)"},
	  {"memory", 0, "MB", "address space of each, a quarter of it for Lua (default 2048)"}}},
	{"findings", "[RUN]", "Show the leads of a run, or the newest run of each plugin",
	 "RUN is a run's number, or a plugin's name for its newest run. A finding is a lead to check, not a finding of fact.", 0, 1, DJ_COMPLETE_NONE, dj_cmd_findings, DATA,
	 {{"evidence", 0, NULL, "the source rows of each"}, {"limit", 0, "N", "at most N (default 50)"}}},
	{"report", "", "Write one HTML page with leads, evidence, maps and charts", NULL, 0, 0, DJ_COMPLETE_NONE, dj_cmd_report, DATA,
	 {{"output", 'o', "FILE", "where to, - for standard output (default: report.html in the workspace)"}}},
	{"generate", "[SCENARIO]", "Make data with planted patterns and a known truth, and load it",
	 "Without SCENARIO: lists them. The truth is written to DIR/truth, apart from the data, and is not loaded.", 0, 1,
	 DJ_COMPLETE_NONE, dj_cmd_generate, DATA,
	 {{"seed", 0, "N", "the same seed gives the same bytes (default 1)"},
	  {"scale", 0, "K", "how much, 1 is some twenty thousand rows (default 1)"},
	  {"output", 'o', "DIR", "where to (default: made/SCENARIO-SEED in the workspace)"},
	  {"no-load", 0, NULL, "only write the files"}}},
	{"new", "NAME", "Write a plugin that runs at once, to be changed", NULL, 1, 1, DJ_COMPLETE_NONE, dj_cmd_new, TALK,
	 {{"kind", 0, "K", "detection, mapping or visualisation (default: detection)"},
	  {"lang", 0, "L", "lua or c (default: lua)"},
	  {"from-query", 0, "FILE", "a file with one SELECT, which becomes a Lua plugin"}}},
	{"test", "PLUGIN...", "Run a plugin on the cases of its expected.json", NULL, 1, MANY, DJ_COMPLETE_PLUGIN, dj_cmd_test, DATA,
	 {{"accept", 0, NULL, "write the digests of this run into expected.json"}}},
	{"rm", "DATASET...", "Forget a dataset; its manifest and source stay", NULL, 1, MANY, DJ_COMPLETE_DATASET, dj_cmd_rm, TALK, {{0}}},
	{"purge", "DATASET...", "Delete a dataset, all its snapshots and all that was made of it here, with a receipt",
	 "Runs that read it go with what they gave, and its files in the cache of fetched files. The receipt, on stdout and in\n"
	 ".datajam/purged, says what was deleted and what can not be reached, such as sources, reports and backups.",
	 1, MANY, DJ_COMPLETE_DATASET, dj_cmd_purge, DATA, {{"yes", 'y', NULL, "do not ask"}}},
	{"gc", "", "Delete snapshots that no dataset and no recorded run needs", NULL, 0, 0, DJ_COMPLETE_NONE, dj_cmd_gc, DATA, {{0}}},
	{"doctor", "", "Say what the cage of this machine enforces, layer by layer", NULL, 0, 0, DJ_COMPLETE_NONE, dj_cmd_doctor, DATA, {{0}}},
	{"demo", "[DIR]", "Show all of it on made data; the last line is the path of the report", NULL, 0, 1, DJ_COMPLETE_FILE,
	 dj_cmd_demo, TALK, {{"seed", 0, "N", "seed of the made data (default 1)"}}},
	{"complete", "SHELL", "Print completions for bash or zsh", NULL, 1, 1, DJ_COMPLETE_SHELL, dj_cmd_complete, TALK, {{0}}},
	{"help", "[COMMAND]", "Say what a command does; help api tells the version of the plugin API", NULL, 0, 1, DJ_COMPLETE_COMMAND,
	 dj_cmd_help, TALK, {{"names", 0, NULL, "only the names of commands"}}},
};
/* clang-format on */

const dj_command *dj_commands(size_t *n)
{
	*n = sizeof table / sizeof table[0];
	return table;
}
