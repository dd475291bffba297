// Every CSV of csv-spectrum is what its JSON says, cell by cell as text, a missing cell as "". One has another number in its JSON.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';

const build = process.env.DJ_BUILD;
const spectrum = path.join(build, 'commands-npm/node_modules/csv-spectrum');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'datajam-spectrum-'));
const env = { ...process.env, HOME: folder, DJ_HOME: process.env.DJ_SOURCE };
const datajam = (...args) => execFileSync(path.join(build, 'datajam'), args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
const text = (v) => (v === null ? '' : String(v));

let passed = 0, failed = 0;
datajam('init');
for (const file of fs.readdirSync(path.join(spectrum, 'csvs')).sort()) {
	const name = path.basename(file, '.csv');
	if (name === 'location_coordinates') continue;
	datajam('load', path.join(spectrum, 'csvs', file), '--as', name);
	const got = JSON.parse(datajam('--json', 'sql', `SELECT * FROM ${name}.${name}`));
	const want = JSON.parse(fs.readFileSync(path.join(spectrum, 'json', `${name}.json`), 'utf8'));
	const rows = (list) => list.map((row) => Object.entries(row).map(([k, v]) => [k, text(v)]));
	if (JSON.stringify(rows(got)) === JSON.stringify(rows(want))) {
		passed++;
		continue;
	}
	failed++;
	console.log(`${file}: ${JSON.stringify(got)}, its JSON says ${JSON.stringify(want)}`);
}
fs.rmSync(folder, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || passed < 11 ? 1 : 0);
