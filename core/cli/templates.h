/* templates.h - what `datajam new` writes, from scaffold/. @NAME@, @QUERY@ and @NEEDS@ are filled in. */
#ifndef DJ_CLI_TEMPLATES_H
#define DJ_CLI_TEMPLATES_H

#include <stddef.h>

typedef struct dj_template {
	const char *kind, *lang, *text;
} dj_template;

const dj_template *dj_templates(size_t *n);
const char        *dj_template_query(void);
const char        *dj_template_readme(void);

#endif
