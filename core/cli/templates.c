/* The files of scaffold/, taken in as bytes (.incbin) so that they stay files that an editor understands. */
#include "cli/templates.h"

#define TAKE_IN(symbol, file)                        \
	__asm__(".pushsection .rodata\n"                 \
	        ".global " #symbol "\n" #symbol ":\n"    \
	        ".incbin \"" DJ_SCAFFOLD "/" file "\"\n" \
	        ".byte 0\n"                              \
	        ".popsection\n");                        \
	extern const char symbol[] __attribute__((visibility("hidden")))

TAKE_IN(dj_scaffold_detection_lua, "detection.lua");
TAKE_IN(dj_scaffold_mapping_lua, "mapping.lua");
TAKE_IN(dj_scaffold_visualisation_lua, "visualisation.lua");
TAKE_IN(dj_scaffold_detection_c, "detection.c");
TAKE_IN(dj_scaffold_mapping_c, "mapping.c");
TAKE_IN(dj_scaffold_visualisation_c, "visualisation.c");
TAKE_IN(dj_scaffold_query_lua, "query.lua");
TAKE_IN(dj_scaffold_readme, "README.md");

static const dj_template templates[] = {
    {"detection", "lua", dj_scaffold_detection_lua},
    {"mapping", "lua", dj_scaffold_mapping_lua},
    {"visualisation", "lua", dj_scaffold_visualisation_lua},
    {"detection", "c", dj_scaffold_detection_c},
    {"mapping", "c", dj_scaffold_mapping_c},
    {"visualisation", "c", dj_scaffold_visualisation_c},
};

const dj_template *dj_templates(size_t *n)
{
	*n = sizeof templates / sizeof templates[0];
	return templates;
}

const char *dj_template_query(void)
{
	return dj_scaffold_query_lua;
}

const char *dj_template_readme(void)
{
	return dj_scaffold_readme;
}
