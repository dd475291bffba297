/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <stdio.h>

static void run(dj_jam *jam)
{
	char text[100];
	FILE *f = fopen("@SECRET@", "r");
	if (f && fgets(text, sizeof text, f))
		dj_note(jam, text);
}

DJ_PLUGIN(.name = "opens-the-secret", .version = "1.0.0", .kind = "detection",
          .summary = "Reads the truth that it is to be scored against.", .run = run);
