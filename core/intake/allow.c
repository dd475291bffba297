/* Whether a dataset may be loaded: its terms are accepted, and it is not past the day that it was to be deleted by. */
#include "intake/parts.h"

#include "store/care.h"

int dj_intake_allow(dj_intake *in, bool looking, dj_err *err)
{
	const dj_manifest     *m = in->manifest;
	const dj_load_options *o = in->o;
	char                   today[DJ_DAY_ROOM];

	dj_today(today);
	if (dj_care_overdue(m, today))
		return dj_fail(
		    err, DJ_FAIL,
		    "%s was to be deleted by %s, so it is not loaded (datajam purge %s deletes what is left of it "
		    "here; where whoever gave it allows longer, change delete_by in %s)",
		    in->name, m->delete_by, in->name, in->manifest_path);
	if (dj_care_embargo(m, today))
		dj_intake_message(
		    in, DJ_LOAD_WARNING,
		    "%s is under embargo until %s: load it and look at it inside your team; nothing made of it "
		    "may be shared before",
		    in->name, m->embargo_until);
	if (!m->terms || !*m->terms || dj_care_accepted(in->w, in->name, m->terms))
		return DJ_OK;
	if (!o->accept_terms && !(o->ask_terms && !looking && o->ask_terms(o->user, in->name, m->terms)))
		return dj_fail(
		    err, DJ_FAIL,
		    "the terms of %s are not accepted yet, so it is not loaded: %s (read them, then: datajam load "
		    "%s --accept-terms)",
		    in->name, m->terms, in->source);
	return looking ? DJ_OK : dj_care_accept(in->w, in->name, m->terms, err); /* a look writes nothing */
}
