/* A worker that only says that it locked itself down; for teeth.mjs. */
#include "lockdown/lockdown.h"

int dj_lockdown_enter(const dj_lockdown *how, dj_err *err)
{
	(void)how, (void)err;
	return DJ_OK;
}

int dj_lockdown_seal(dj_err *err)
{
	(void)err;
	return DJ_OK;
}
