/* Where the toolkit is: its plugins and datasets, and the datasets that were made when it was built. */
#include "store/workspace.h"

#include "base/file.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static bool is_toolkit(const char *folder)
{
	char *vocabulary = dj_path_join(folder, "datasets/vocabulary.json"),
	     *plugins = dj_path_join(folder, "plugins");
	bool is = dj_file_exists(vocabulary) && dj_folder_exists(plugins);

	free(plugins);
	free(vocabulary);
	return is;
}

char *dj_toolkit_folder(void)
{
	const char *home = getenv("DJ_HOME");
	char       *program, *folder;

	if (home && *home)
		return dj_strdup(home);
	program = dj_path_real("/proc/self/exe");
	folder = dj_strdup(program ? program : "/");
	for (char *slash; (slash = strrchr(folder, '/')) != NULL;) {
		*slash = '\0';
		if (is_toolkit(*folder ? folder : "/"))
			goto out;
	}
	free(folder);
	folder = dj_strdup(DJ_SOURCE_FOLDER); /* a build folder outside the sources */
out:
	free(program);
	return folder;
}

static bool has_made(const char *folder)
{
	char *made = dj_path_join(folder, "datasets/places/places.csv");
	bool  has = dj_file_exists(made);

	free(made);
	return has;
}

char *dj_toolkit_built(void)
{
	char *program = dj_path_real("/proc/self/exe");
	char *folder =
	    dj_strndup(program ? program : "", program ? (size_t)(dj_path_name(program) - program) : 0);

	free(program);
	if (has_made(folder))
		return folder;
	free(folder);
	return dj_strdup(DJ_BUILD_FOLDER); /* a test's own folder, or a toolkit that is not whole */
}

char *dj_toolkit_dataset_file(const dj_workspace *w, const char *relative)
{
	const char *roots[] = {w->built, w->toolkit};
	char       *inside = dj_fmt("datasets/%s", relative), *path = NULL;

	for (size_t i = 0; i < DJ_COUNT(roots) && !path; i++) {
		path = dj_path_join(roots[i], inside);
		if (!dj_file_exists(path)) {
			free(path);
			path = NULL;
		}
	}
	free(inside);
	return path;
}
