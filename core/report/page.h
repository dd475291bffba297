/*
 * page.h - the page around the data, as core/viewer bundled it when this was built.
 */
#ifndef DJ_REPORT_PAGE_H
#define DJ_REPORT_PAGE_H

#include <stddef.h>

typedef struct dj_page_text {
	const char *bytes;
	size_t      n;
} dj_page_text;

dj_page_text dj_page_head(void); /* to the last element before the data */
dj_page_text dj_page_tail(void); /* the script that reads it, and the end */

#endif
