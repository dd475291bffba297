#include "report/page.h"

/* The assembler takes the files in as they are: a C literal of half a megabyte is past what compilers must accept. */
#define EMBED(name, file)                           \
	__asm__(".section .rodata\n"                    \
	        ".global " name "\n" name ":\n"         \
	        ".incbin \"" file "\"\n"                \
	        ".global " name "_end\n" name "_end:\n" \
	        ".byte 0\n"                             \
	        ".previous\n")

EMBED("dj_viewer_head", DJ_VIEWER_HEAD);
EMBED("dj_viewer_tail", DJ_VIEWER_TAIL);

extern const char dj_viewer_head[], dj_viewer_head_end[], dj_viewer_tail[], dj_viewer_tail_end[];

dj_page_text dj_page_head(void)
{
	return (dj_page_text){dj_viewer_head, (size_t)(dj_viewer_head_end - dj_viewer_head)};
}

dj_page_text dj_page_tail(void)
{
	return (dj_page_text){dj_viewer_tail, (size_t)(dj_viewer_tail_end - dj_viewer_tail)};
}
