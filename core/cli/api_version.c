/* In a file of its own: a plugin's short names (dj_fail, dj_text_list) are other functions than ours of that name. */
#include "datajam/plugin.h"

#include "cli/api_version.h"

#define TEXT(x) #x
#define VERSION(major, minor) TEXT(major) "." TEXT(minor)

const char *dj_api_version(void)
{
	return VERSION(DJ_API_MAJOR, DJ_API_MINOR);
}
