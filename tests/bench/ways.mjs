// The ways to load that the benchmark compares: each gives what to run, or null where it is not there.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const COLUMNS = 'id INTEGER, city TEXT, user_id INTEGER, amount REAL, lat REAL, lon REAL, note TEXT, created TEXT, ' +
	'status TEXT, score INTEGER, code TEXT, seen TEXT';
const INDEXES = 'CREATE INDEX by_user ON t(user_id); CREATE INDEX by_city ON t(city, created);';
const BEST = 'PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; ' +
	'PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;';

export const found = program =>
	process.env.PATH.split(delimiter).map(folder => join(folder, program)).find(existsSync) ?? null;

// ---- datajam: the whole of `datajam load`, in a workspace made anew ----

function freshWorkspace(c) {
	rmSync(c.workspace, { recursive: true, force: true });
	execFileSync(c.datajam, ['init', c.workspace], { stdio: 'ignore' });
}

export function snapshotOf(c) {
	const folder = join(c.workspace, '.datajam', 'snapshots');
	const name = existsSync(folder) && readdirSync(folder).find(n => n.endsWith('.db'));
	return name ? join(folder, name) : null;
}

function datajam(c, { source = c.csv, threads = 2, sync = true, indexes = false } = {}) {
	const load = ['-C', c.workspace, 'load', '--quiet', '--threads', String(threads)];
	return {
		prepare() {
			freshWorkspace(c);
			if (!indexes)
				return;
			const folder = join(c.workspace, 'datasets', 'bench');
			mkdirSync(folder, { recursive: true });
			writeFileSync(join(folder, 'dataset.json'), JSON.stringify({ format: 1, name: 'bench',
				tables: [{ name: 'bench', source, indexes: [['user_id'], ['city', 'created']] }] }));
		},
		command: [c.datajam, ...load, ...indexes ? ['bench'] : [source, '--as', 'bench']],
		env: sync ? {} : { LD_PRELOAD: c.nosync, ASAN_OPTIONS: 'verify_asan_link_order=0' },
		database: () => snapshotOf(c),
		table: 'bench',
		indexes: indexes ? 2 : 0,
		done: () => rmSync(c.workspace, { recursive: true, force: true }),
	};
}

// ---- Peers ----

const toFile = (c, more) => ({
	prepare: () => rmSync(c.out, { recursive: true, force: true }),
	done: () => rmSync(c.out, { recursive: true, force: true }),
	...more,
});

function sqliteImport(c, { pragmas = '', after = '' } = {}) {
	const sqlite3 = found('sqlite3');
	return sqlite3 && toFile(c, {
		command: [sqlite3, '-batch', c.out, `${pragmas} CREATE TABLE t(${COLUMNS});`, '.mode csv',
			`.import --skip 1 ${c.csv} t`, ...after ? [after] : []],
		database: () => c.out,
		table: 't',
	});
}

const insertLoop = (c, how, after = []) => toFile(c, {
	command: [c.tool('bench-insert'), c.csv, c.out, how, ...after],
	database: () => c.out,
	table: 't',
});

function duckdb(c) {
	return c.duckdb && toFile(c, {
		command: [process.execPath, join(import.meta.dirname, 'duckdb.mjs'), c.csv, c.out, '2'],
		cwd: c.duckdb,
		inside: text => JSON.parse(text), // { seconds, rows, version }
	});
}

function sqliteUtils(c) {
	const program = found('sqlite-utils');
	return program && toFile(c, {
		command: [program, 'insert', c.out, 't', c.ndjson, '--nl'],
		database: () => c.out,
		table: 't',
	});
}

// The pages of the snapshot that datajam wrote, copied: no loader can be faster than that.
const dd = (c, ...more) => toFile(c, {
	needs: () => existsSync(c.pages),
	command: ['dd', `if=${c.pages}`, `of=${c.out}`, 'bs=1M', 'status=none', ...more],
});

export function keepPages(c) {
	if (!existsSync(c.pages))
		copyFileSync(snapshotOf(c), c.pages);
}

// In the order of the table that is printed: a key for ratios, what it is, and how.
export const ways = c => [
	['jam', '`datajam load`, 2 threads', datajam(c)],
	['jam1', '`datajam load`, 1 thread', datajam(c, { threads: 1 })],
	['jam4', '`datajam load`, 4 threads', datajam(c, { threads: 4 })],
	['jamNoSync', '`datajam load`, 2 threads, sync off', datajam(c, { sync: false })],
	['jamIndexes', '`datajam load`, 2 threads, two indexes', datajam(c, { indexes: true })],
	['jamIndexesNoSync', '`datajam load`, 2 threads, two indexes, sync off', datajam(c, { indexes: true, sync: false })],
	['jamJson', '`datajam load` of NDJSON, 2 threads', datajam(c, { source: c.ndjson })],
	['import', '`sqlite3 .import`, default pragmas', sqliteImport(c)],
	['importBest', '`sqlite3 .import`, best pragmas', sqliteImport(c, { pragmas: BEST })],
	['importIndexes', '`sqlite3 .import`, best pragmas, then two `CREATE INDEX`',
		sqliteImport(c, { pragmas: BEST, after: INDEXES })],
	['insert', 'prepared insert in C, default pragmas', insertLoop(c, 'durable')],
	['insertBest', 'prepared insert in C, best pragmas', insertLoop(c, 'quick')],
	['insertIndexes', 'prepared insert in C, best pragmas, then two `CREATE INDEX`', insertLoop(c, 'quick', [INDEXES])],
	['duckdb', 'DuckDB `read_csv` into its own file, 2 threads', duckdb(c)],
	['sqliteUtils', '`sqlite-utils insert --nl` of NDJSON', sqliteUtils(c)],
	['dd', '`dd` of the same pages', dd(c)],
	['ddSync', '`dd conv=fsync` of the same pages', dd(c, 'conv=fsync')],
].map(([key, name, way]) => ({ key, name, way }));

// What is asked of datajam: peer over datajam (or the other way round), and what is the least (or most) of it.
export const goals = [
	['sync off: best `.import` / datajam', 'importBest', 'jamNoSync', '>= 10'],
	['sync off: prepared insert / datajam', 'insertBest', 'jamNoSync', ''],
	['durable: default `.import` / datajam', 'import', 'jam', '>= 8'],
	['durable: DuckDB / datajam', 'duckdb', 'jam', '>= 5'],
	['durable: datajam / `dd` with fsync', 'jam', 'ddSync', '<= 3'],
	['two indexes, sync off: best `.import` and `CREATE INDEX` / datajam', 'importIndexes', 'jamIndexesNoSync', '>= 8'],
	['two indexes, durable: best `.import` and `CREATE INDEX` / datajam', 'importIndexes', 'jamIndexes', ''],
	['NDJSON: sqlite-utils / datajam', 'sqliteUtils', 'jamJson', '>= 5'],
	['NDJSON: best `.import` of the CSV / datajam', 'importBest', 'jamJson', '>= 2'],
];
