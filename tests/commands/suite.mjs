// `datajam load --format json --preview` on the JSON parsing test suite: y_ is JSON (exit 0), n_ is refused with line and column
// (exit 1), i_ may be either.
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

const folder = process.argv[2];
let ran = 0, wrong = 0;

for (const name of fs.readdirSync(folder).sort()) {
  const r = spawnSync('datajam', ['load', path.join(folder, name), '--format', 'json', '--preview'], { encoding: 'utf8' });
  const ok = { y: r.status === 0, n: r.status === 1 && /line \d+, column \d+/.test(r.stderr), i: r.status === 0 || r.status === 1 }[name[0]];
  ran++;
  if (!ok) { wrong++; console.log(`${name}: exit ${r.status}: ${r.stderr}`); }
}
console.log(wrong || ran < 300 ? `${wrong} of ${ran} wrong` : 'all as they should be');
process.exit(wrong ? 1 : 0);
