/*
 * fd_vfs.h - an SQLite VFS over a descriptor that is open already.
 *
 * Promise: a database named "fd:N" is read and written by pread, pwrite, ftruncate and fstat on descriptor N and by
 * nothing else. No file is opened, locked, mapped, synced or removed, no clock and no source of chance is asked, so it
 * works where every such call is refused, and the same statements leave the same bytes. The descriptor stays the
 * caller's; whoever wants durability syncs it. Journals and temporary files are refused (SQLITE_CANTOPEN).
 */
#ifndef DJ_STORE_FD_VFS_H
#define DJ_STORE_FD_VFS_H

#include <sqlite3.h>

#define DJ_FD_VFS "datajam-fd"

/* Makes the VFS known to SQLite under DJ_FD_VFS; fine to call again, from any thread. An SQLite code. */
int dj_fd_vfs_register(void);

#endif
