/*
 * Landlock: every right that the kernel knows is denied, files below named folders excepted (COMPILER).
 *
 * Debian 12's headers end at ABI 2; the struct and the later rights are defined here, and the size given to
 * the kernel is that of the ABI found, since an older kernel refuses a longer struct.
 */
#include "lockdown/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXECUTE ((uint64_t)1 << 0)
#define WRITE_FILE ((uint64_t)1 << 1)
#define READ_FILE ((uint64_t)1 << 2)
#define READ_DIR ((uint64_t)1 << 3)
#define REMOVE_FILE ((uint64_t)1 << 5)
#define MAKE_REG ((uint64_t)1 << 8)
#define ALL_OF_ABI_1 (((uint64_t)1 << 13) - 1)
#define REFER ((uint64_t)1 << 13)     /* ABI 2 */
#define TRUNCATE ((uint64_t)1 << 14)  /* ABI 3 */
#define IOCTL_DEV ((uint64_t)1 << 15) /* ABI 5 */

typedef struct ruleset {
	uint64_t files;
	uint64_t net;    /* ABI 4: TCP bind and connect */
	uint64_t scoped; /* ABI 6: abstract sockets and signals */
} ruleset;

typedef struct path_rule {
	uint64_t allowed;
	int32_t  fd;
} __attribute__((packed)) path_rule;

enum { VERSION = 1, PATH_BENEATH = 1 };

int dj_lockdown_landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, VERSION);

	return abi > 0 ? (int)abi : 0;
}

static size_t ask_all(ruleset *r, int abi)
{
	*r = (ruleset){.files = ALL_OF_ABI_1};
	if (abi >= 2)
		r->files |= REFER;
	if (abi >= 3)
		r->files |= TRUNCATE;
	if (abi >= 5)
		r->files |= IOCTL_DEV;
	if (abi >= 4)
		r->net = 3;
	if (abi >= 6)
		r->scoped = 3;
	return abi >= 6 ? sizeof *r : abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

/* A path that is not there needs no rule. */
static int allow(int ruleset_fd, const char *path, uint64_t rights, dj_err *err)
{
	struct stat about;
	path_rule   rule = {.allowed = rights, .fd = open(path, O_PATH | O_CLOEXEC)};
	int         rc = DJ_OK;

	if (rule.fd < 0)
		return errno == ENOENT ? DJ_OK : dj_fail_errno(err, "sandbox-unavailable: landlock: %s", path);
	if (fstat(rule.fd, &about) == 0 && !S_ISDIR(about.st_mode))
		rule.allowed &=
		    EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE; /* the rest is for folders only: EINVAL */
	if (syscall(SYS_landlock_add_rule, ruleset_fd, PATH_BENEATH, &rule, 0) < 0)
		rc = dj_fail_errno(err, "sandbox-unavailable: landlock: a rule for %s", path);
	close(rule.fd);
	return rc;
}

static int allow_compiler(int fd, const dj_lockdown *how, uint64_t known, dj_err *err)
{
	const uint64_t reading = EXECUTE | READ_FILE | READ_DIR;
	const uint64_t writing = READ_FILE | READ_DIR | WRITE_FILE | MAKE_REG | REMOVE_FILE | TRUNCATE;

	for (const char *const *path = how->read_path; path && *path; path++)
		if (allow(fd, *path, reading, err) < 0)
			return err ? err->code : DJ_FAIL;
	if (how->write_path && allow(fd, how->write_path, writing & known, err) < 0)
		return err ? err->code : DJ_FAIL;
	return allow(fd, "/dev/null", (READ_FILE | WRITE_FILE | TRUNCATE) & known, err);
}

int dj_landlock_ruleset(int *out_fd, const dj_lockdown *how, dj_err *err)
{
	int     abi = dj_lockdown_landlock_abi(), rc = DJ_OK;
	ruleset all;
	size_t  size = ask_all(&all, abi);
	bool    may_lack =
	    how->without_landlock && (how->profile == DJ_PROFILE_LUA || how->profile == DJ_PROFILE_LOADER);

	*out_fd = -1;
	if (abi < 1)
		return may_lack ? DJ_OK
		                : dj_fail(err, DJ_FAIL,
		                          "sandbox-unavailable: landlock: this kernel has none (5.13 or later is "
		                          "needed, with landlock among its security modules)");

	int fd = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
	if (fd < 0)
		return dj_fail_errno(err, "sandbox-unavailable: landlock");
	if (how->profile == DJ_PROFILE_COMPILER)
		rc = allow_compiler(fd, how, all.files, err);
	if (rc < 0)
		close(fd);
	else
		*out_fd = fd;
	return rc;
}

int dj_landlock_restrict(int ruleset_fd)
{
	return syscall(SYS_landlock_restrict_self, ruleset_fd, 0) < 0 ? errno : 0;
}
