// Holds the leads of two detectors against what was planted: every plain pattern is found, no plain look-alike is. (Hard ones,
// planted to be missed or mistaken, are counted and printed.)
import fs from 'node:fs';
import { execFileSync } from 'node:child_process';

const truth = process.argv[2];
const rows = (file) => fs.readFileSync(`${truth}/${file}`, 'utf8').trim().split('\n').slice(1).map((line) => {
  const [kind, type, subject, , , hard] = line.split(',');
  return { kind, type, subject, hard: hard === '1' };
});
const planted = rows('planted.csv'), lookalikes = rows('lookalikes.csv');
let wrong = 0;

for (const plugin of ['structuring', 'pass-through']) {
  const leads = JSON.parse(execFileSync('datajam', ['--json', 'findings', plugin, '--limit', '100000'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  const found = new Set(leads.map((lead) => lead.about.replace(/^account /, '')));
  const of = (list, hard) => list.filter((r) => r.kind === plugin && r.hard === hard);
  const hits = of(planted, false).filter((r) => found.has(r.subject)).length;
  const mistaken = of(lookalikes, false).filter((r) => found.has(r.subject)).length;
  const all = planted.filter((r) => r.kind === plugin), alike = lookalikes.filter((r) => r.kind === plugin);
  const unknown = [...found].filter((id) => ![...all, ...alike].some((r) => r.subject === id)).length;
  console.log(`${plugin}: ${found.size} leads; ${hits} of ${of(planted, false).length} plain planted found, ` +
    `${all.filter((r) => r.hard && found.has(r.subject)).length} of ${of(planted, true).length} hard; ` +
    `${mistaken} of ${of(lookalikes, false).length} plain look-alikes mistaken, ${unknown} neither`);
  if (hits !== of(planted, false).length || hits === 0 || mistaken > 0 || alike.length < 5 * all.length) wrong++;
}
console.log(wrong ? 'not as planted' : 'as planted');
process.exit(wrong ? 1 : 0);
