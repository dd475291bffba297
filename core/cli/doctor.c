/* doctor: what the cage of this machine enforces. */
#include "cli/commands.h"

#include "cage/cage.h"
#include "cli/out.h"

int dj_cmd_doctor(dj_cli *cli, dj_err *err)
{
	static const char *const columns[] = {"layer", "works", "needed", "detail", "without_it"};
	dj_layer_report          layer[16];
	size_t                   n = dj_cage_layers(layer, 16);
	bool                     closed = true;
	dj_workspace            *w;
	dj_catalogue            *c;
	dj_err                   none = {0};

	(void)err;
	dj_out *o = dj_out_begin(stdout, dj_cli_form(cli), columns, 5);
	for (size_t i = 0; i < n; i++) {
		dj_out_text(o, layer[i].name);
		dj_out_text(o, layer[i].works ? "yes" : "no");
		dj_out_text(o, layer[i].must ? "always" : "where it is there");
		dj_out_text(o, layer[i].detail);
		dj_out_text(o, layer[i].lost);
		closed = closed && (layer[i].works || !layer[i].must);
	}
	dj_out_end(o);
	dj_say(cli, "compiler for C plugins: %s", dj_cage_compiler_flags());
	if (dj_cli_workspace(&w, cli, &none) >=
	    0) /* where there is one: says which datasets were to be deleted */
		dj_cli_catalogue(&c, cli, &none);
	dj_say(cli, closed ? "the cage closes: plugins can run"
	                   : "the cage does not close: no plugin of a stranger runs here");
	return closed ? DJ_EXIT_FINE : DJ_EXIT_FAILED;
}
