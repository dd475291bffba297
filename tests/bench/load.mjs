// The load benchmark (scripts/bench load): makes its input, runs every way to load that is there in turn, several rounds,
// and prints medians and ratios as Markdown. Talk goes to standard error.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync,
	writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { found, goals, keepPages, snapshotOf, ways } from './ways.mjs';

const SEED = '1';
const say = text => process.stderr.write(text + '\n');
const { values: o, positionals } = parseArgs({ allowPositionals: true, options: {
	rounds: { type: 'string', default: '5' },
	only: { type: 'string', default: '' }, // keys of ways, comma between
	dir: { type: 'string' },
	'no-install': { type: 'boolean', default: false },
} });
const build = resolve(process.env.DJ_BUILD ?? join(import.meta.dirname, '..', '..', 'build', 'release'));
const folder = resolve(o.dir ?? join(build, 'bench'));
const sizes = positionals.length ? positionals.map(Number) : [1000000];
const rounds = Number(o.rounds);

if (!sizes.every(n => n > 0) || !(rounds > 0)) {
	say('bench: scripts/bench load [ROWS...] [--rounds N] [--only KEY,...] [--dir FOLDER] [--no-install]');
	process.exit(2);
}

// ---- Before ----

function makeInput(c, rows, format, path) {
	if (existsSync(path))
		return;
	say(`bench: making ${path}`);
	const to = openSync(path + '.part', 'w');
	execFileSync(c.tool('bench-rows'), [String(rows), SEED, format], { stdio: ['ignore', to, 'inherit'] });
	closeSync(to);
	renameSync(path + '.part', path);
}

// A folder of its own in the build folder; null where npm can not get it.
function installDuckdb() {
	const at = join(build, 'bench', 'duckdb');
	const there = join(at, 'node_modules', '@duckdb', 'node-api');
	if (!existsSync(there) && !o['no-install']) {
		mkdirSync(at, { recursive: true });
		writeFileSync(join(at, 'package.json'), '{ "private": true }\n');
		spawnSync('npm', ['install', '--no-audit', '--no-fund', '@duckdb/node-api'], { cwd: at, stdio: 'ignore' });
	}
	return existsSync(there) ? at : null;
}

function contextOf(rows, duckdb) {
	mkdirSync(folder, { recursive: true });
	const c = { tool: name => join(build, 'bench', name), datajam: join(build, 'datajam'), rows, duckdb,
		nosync: join(build, 'bench', 'bench-nosync.so'), workspace: join(folder, 'workspace'),
		csv: join(folder, `rows-${rows}.csv`), ndjson: join(folder, `rows-${rows}.ndjson`),
		out: join(folder, 'out.db'), pages: join(folder, 'pages.db'), report: join(folder, 'report') };
	makeInput(c, rows, 'csv', c.csv);
	makeInput(c, rows, 'ndjson', c.ndjson);
	rmSync(c.pages, { force: true });
	return c;
}

// ---- One run ----

function ask(database, sql) {
	const sqlite3 = found('sqlite3');
	return sqlite3 && Number(execFileSync(sqlite3, ['-readonly', database, sql]));
}

const countRows = (database, table) => ask(database, `SELECT count(*) FROM ${table} NOT INDEXED`);
const countIndexes = (database, table) =>
	ask(database, `SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = '${table}'`);

// The file's digest, without the time of loading that a snapshot says of itself at its end.
function digestOf(path) {
	const hash = createHash('sha256'), fd = openSync(path), size = fstatSync(fd).size, piece = Buffer.alloc(16 << 20);
	const end = Math.max(0, size - piece.length);
	for (let at = 0, n; at < size; at += n) {
		n = readSync(fd, piece, 0, at < end ? Math.min(piece.length, end - at) : piece.length, at);
		hash.update(at < end ? piece.subarray(0, n)
			: piece.subarray(0, n).toString('latin1').replace(/loaded\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, 'loaded'));
	}
	closeSync(fd);
	return hash.digest('hex');
}

function runOnce(c, { key, way }) {
	way.prepare();
	spawnSync('sync'); // what earlier runs left to write is not this one's
	const r = spawnSync(c.tool('bench-run'), [c.report, ...Object.entries(way.env ?? {}).length
		? ['env', ...Object.entries(way.env).map(([k, v]) => `${k}=${v}`)] : [], ...way.command],
	{ cwd: way.cwd ?? folder, encoding: 'utf8', maxBuffer: 1 << 24 });
	if (r.status !== 0)
		return { wrong: (r.stderr || r.stdout || `ended with ${r.status ?? r.signal}`).trim().split('\n')[0] };
	const [wall, cpu, kib] = readFileSync(c.report, 'utf8').trim().split(' ').map(Number);
	const inside = way.inside?.(r.stdout);
	const result = { seconds: inside?.seconds ?? wall, cpu, mib: kib / 1024, version: inside?.version };
	const rows = inside ? inside.rows : way.database ? countRows(way.database(), way.table) : null;
	if (rows !== null && rows !== c.rows)
		result.wrong = `${rows} rows in the table, ${c.rows} in the source`;
	if (way.indexes && ![null, way.indexes].includes(countIndexes(way.database(), way.table)))
		result.wrong = `the table has not its ${way.indexes} indexes`;
	if (key.startsWith('jam') && !result.wrong) {
		result.digest = digestOf(snapshotOf(c));
		if (key === 'jam')
			keepPages(c);
	}
	way.done();
	return result;
}

// ---- All of them ----

const median = list => {
	const s = [...list].sort((a, b) => a - b), half = s.length >> 1;
	return s.length % 2 ? s[half] : (s[half - 1] + s[half]) / 2;
};

function measure(c) {
	const wanted = o.only ? o.only.split(',') : null;
	const all = ways(c).filter(w => !wanted || wanted.includes(w.key)).map(w => ({ ...w, runs: [], wrong: null }));
	for (let round = 0; round < rounds; round++)
		for (const w of all) {
			if (!w.way || w.wrong || w.way.needs?.() === false)
				continue;
			say(`bench: ${c.rows} rows, round ${round + 1} of ${rounds}: ${w.name}`);
			const r = runOnce(c, w);
			if (r.wrong)
				w.wrong = r.wrong;
			else
				w.runs.push(r);
		}
	return all;
}

const figure = x => x.toFixed(x < 1 ? 3 : 2);

function printTable(c, all) {
	const mb = path => (statSync(path).size / 1e6).toFixed(0);
	console.log(`\n${c.rows.toLocaleString('en')} rows of 12 columns: ${mb(c.csv)} MB of CSV, ${mb(c.ndjson)} MB of NDJSON; ` +
		`median of ${rounds}.\n`);
	console.log('| way | wall s | least - most | cpu s | peak MiB |\n|---|---|---|---|---|');
	for (const { name, runs } of all.filter(w => w.runs.length)) {
		const s = runs.map(r => r.seconds);
		console.log(`| ${name} | ${figure(median(s))} | ${figure(Math.min(...s))} - ${figure(Math.max(...s))} | ` +
			`${figure(median(runs.map(r => r.cpu)))} | ${Math.max(...runs.map(r => r.mib)).toFixed(0)} |`);
	}
	for (const { name, way, wrong } of all.filter(w => !w.runs.length || w.wrong))
		console.log(`\nNot measured: ${name}: ${wrong ?? (way ? 'nothing to copy' : 'not found')}.`);
}

function printGoals(all) {
	const runsOf = key => all.find(w => w.key === key)?.runs ?? [];
	const ratio = (a, b, of) => (median(runsOf(a).map(of)) / median(runsOf(b).map(of))).toFixed(1);
	console.log('\n| ratio of medians | wall | goal | cpu |\n|---|---|---|---|');
	for (const [name, a, b, goal] of goals)
		if (runsOf(a).length && runsOf(b).length)
			console.log(`| ${name} | ${ratio(a, b, r => r.seconds)} | ${goal} | ${ratio(a, b, r => r.cpu)} |`);
}

// The same source must give the same bytes with any number of threads, synced or not.
function sameBytes(all) {
	let same = true;
	for (const keys of [['jam', 'jam1', 'jam4', 'jamNoSync'], ['jamIndexes', 'jamIndexesNoSync']]) {
		const runs = all.filter(w => keys.includes(w.key)).flatMap(w => w.runs);
		if (runs.length < 2)
			continue;
		const one = new Set(runs.map(r => r.digest)).size === 1;
		console.log(`\nSnapshots of ${runs.length} loads (${keys.join(', ')}): ${one ? 'the same bytes' : 'THEY DIFFER'}.`);
		same &&= one;
	}
	return same;
}

function printMachine(results) {
	const version = (program, ...args) => found(program)
		? execFileSync(program, args, { encoding: 'utf8' }).trim().split(' ')[0] : 'not found';
	const duck = results.flat().flatMap(w => w.runs).find(r => r.version)?.version ?? 'not found';
	console.log(`\n${new Date().toISOString().slice(0, 10)}: ${cpus().length} x ${cpus()[0].model.trim()}, ` +
		`${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}, SQLite ${version('sqlite3', '--version')}, ` +
		`DuckDB ${duck}, Node ${process.versions.node}.`);
}

// Seconds a million rows at each size: growth is straight where they are the same.
function printGrowth(results) {
	console.log('\n| rows | seconds a million rows | peak MiB |\n|---|---|---|');
	results.forEach((all, i) => {
		const runs = all.find(w => w.key === 'jam')?.runs ?? [];
		if (runs.length)
			console.log(`| ${sizes[i].toLocaleString('en')} | ${figure(median(runs.map(r => r.seconds)) / sizes[i] * 1e6)} | ` +
				`${Math.max(...runs.map(r => r.mib)).toFixed(0)} |`);
	});
}

const duckdb = installDuckdb();
const results = [];
let right = true;
for (const rows of sizes) {
	const c = contextOf(rows, duckdb), all = measure(c);
	printTable(c, all);
	printGoals(all);
	right = sameBytes(all) && !all.some(w => w.wrong) && right;
	results.push(all);
	rmSync(c.pages, { force: true });
	rmSync(c.workspace, { recursive: true, force: true });
}
if (sizes.length > 1)
	printGrowth(results);
printMachine(results);
process.exit(right ? 0 : 1);
