/* api_version.h - the version of the plugin API that this program was built with, "1.0". */
#ifndef DJ_CLI_API_VERSION_H
#define DJ_CLI_API_VERSION_H

const char *dj_api_version(void);

#endif
