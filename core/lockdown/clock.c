/*
 * No clock for plugins: a result that depends on the hour is not a result. The system calls answer ENOSYS
 * (filter.c); what remains are the ways that need no system call, on x86-64:
 *
 *  - the vDSO's functions: each is overwritten by a plain system call, which the filter then answers;
 *  - the vDSO's data pages, where coarse clocks can be read: unmapped;
 *  - the cycle counter: PR_SET_TSC makes RDTSC and RDTSCP fault;
 *  - AT_RANDOM, 16 bytes that the kernel gave the process: overwritten (libc has long taken its canary from
 * them).
 *
 * RDRAND, addresses and the times that fstat tells can not be hidden from native code; that is what reruns and the
 * shake are for.
 */
#include "lockdown/parts.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)

typedef struct vdso {
	unsigned char   *base;
	size_t           length;
	const Elf64_Sym *symbol;
	size_t           n_symbols;
	const char      *names;
} vdso;

static const struct {
	const char *name;
	int         call;
} timed[] = {
    {"clock_gettime", SYS_clock_gettime},
    {"gettimeofday", SYS_gettimeofday},
    {"clock_getres", SYS_clock_getres},
    {"getcpu", SYS_getcpu},
    {"time", SYS_time},
    {"getrandom", 318 /* SYS_getrandom */},
};

/* DT_GNU_HASH has no count: the symbols end where the last chain does. */
static size_t count_by_gnu_hash(const Elf64_Word *table)
{
	Elf64_Word        n_buckets = table[0], first = table[1], n_bloom = table[2];
	const Elf64_Word *bucket = table + 4 + 2 * (size_t)n_bloom, *chain = bucket + n_buckets;
	size_t            n = 0;

	for (Elf64_Word k = 0; k < n_buckets; k++)
		if (bucket[k] > n)
			n = bucket[k];
	if (n == 0 || n < first)
		return 0;
	while (!(chain[n - first] & 1))
		n++;
	return n + 1;
}

static bool vdso_read(vdso *v, unsigned char *base)
{
	const Elf64_Ehdr *head = (const void *)base;
	const Elf64_Phdr *part = (const void *)(base + head->e_phoff);
	const Elf64_Dyn  *d = NULL;

	*v = (vdso){.base = base};
	for (int k = 0; k < head->e_phnum; k++) {
		if (part[k].p_type == PT_DYNAMIC)
			d = (const void *)(base + part[k].p_offset);
		if (part[k].p_type == PT_LOAD)
			v->length = part[k].p_offset + part[k].p_filesz;
	}
	for (; d && d->d_tag != DT_NULL; d++) {
		const void *at = base + d->d_un.d_ptr;

		if (d->d_tag == DT_SYMTAB)
			v->symbol = at;
		else if (d->d_tag == DT_STRTAB)
			v->names = at;
		else if (d->d_tag == DT_HASH)
			v->n_symbols = ((const Elf64_Word *)at)[1];
		else if (d->d_tag == DT_GNU_HASH && v->n_symbols == 0)
			v->n_symbols = count_by_gnu_hash(at);
	}
	return v->symbol && v->names && v->n_symbols && v->length;
}

/* "__vdso_time" and its alias "time" */
static int call_of(const char *name)
{
	if (strncmp(name, "__vdso_", 7) == 0)
		name += 7;
	for (size_t k = 0; k < sizeof timed / sizeof *timed; k++)
		if (strcmp(name, timed[k].name) == 0)
			return timed[k].call;
	return -1;
}

static void vdso_overwrite(const vdso *v)
{
	for (size_t k = 0; k < v->n_symbols; k++) {
		int            call = v->symbol[k].st_value ? call_of(v->names + v->symbol[k].st_name) : -1;
		unsigned char *code = v->base + v->symbol[k].st_value;

		if (call < 0)
			continue;
		code[0] = 0xb8; /* mov eax, call */
		memcpy(code + 1, &call, 4);
		code[5] = 0x0f; /* syscall */
		code[6] = 0x05;
		code[7] = 0xc3; /* ret */
	}
}

/* [vvar] and, since Linux 6.13, [vvar_vclock] */
static int unmap_data_pages(dj_err *err)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char  line[512];
	int   rc = DJ_OK;

	if (!maps)
		return dj_fail_errno(err, "sandbox-unavailable: clocks: /proc/self/maps");
	while (rc == DJ_OK && fgets(line, sizeof line, maps)) {
		uintptr_t from, to;

		if (!strstr(line, " [vvar") || sscanf(line, "%lx-%lx", &from, &to) != 2)
			continue;
		if (munmap((void *)from, to - from) < 0)
			rc = dj_fail_errno(err, "sandbox-unavailable: clocks: unmapping the vDSO's data");
	}
	fclose(maps);
	return rc;
}

static int vdso_silence(dj_err *err)
{
	unsigned char *base = (unsigned char *)getauxval(AT_SYSINFO_EHDR);
	vdso           v;

	if (!base)
		return DJ_OK; /* no vDSO: libc makes the calls itself */
	if (!vdso_read(&v, base))
		return dj_fail(err, DJ_FAIL, "sandbox-unavailable: clocks: the vDSO can not be read");

	size_t pages = (v.length + 4095) & ~(size_t)4095;
	if (mprotect(base, pages, PROT_READ | PROT_WRITE | PROT_EXEC) < 0)
		return dj_fail_errno(err, "sandbox-unavailable: clocks: the vDSO");
	vdso_overwrite(&v);
	if (mprotect(base, pages, PROT_READ | PROT_EXEC) < 0)
		return dj_fail_errno(err, "sandbox-unavailable: clocks: the vDSO");
	return unmap_data_pages(err);
}

#endif

int dj_clock_hide(dj_err *err)
{
	void *random = (void *)getauxval(AT_RANDOM);

	if (random)
		memset(random, 0x5a, 16);
#if defined(__x86_64__)
	if (vdso_silence(err) < 0)
		return DJ_FAIL;
	if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0) < 0)
		return dj_fail_errno(err, "sandbox-unavailable: clocks: PR_SET_TSC");
#else
	(void)err;
#endif
	return DJ_OK;
}
