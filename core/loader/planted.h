/*
 * planted.h - a bug planted for tests, in the program datajam-loader-planted alone: what a hole in a parser would let a
 * stranger's file do. It shows that the cage holds, not that there are no holes.
 */
#ifndef DJ_LOADER_PLANTED_H
#define DJ_LOADER_PLANTED_H

#include "loader/record.h"

#ifdef DJ_PLANTED_BUG
/* A field "planted:crash" ends the process by a wild write; "planted:read:PATH" becomes what PATH holds. */
void dj_planted_bug(const dj_record *r);
#else
static inline void dj_planted_bug(const dj_record *r)
{
	(void)r;
}
#endif

#endif
