// The checks of this folder have teeth: each must fail on a house with one fault put in.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

const root = process.env.DJ_SOURCE ?? path.resolve('../..');
const here = path.join(root, 'tests/house');
let failed = 0;

function house(change) {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'datajam-house-'));
  for (const part of ['core', 'docs', 'plugins', 'scripts', 'tests'])
    fs.cpSync(path.join(root, part), path.join(copy, part), { recursive: true, filter: (f) => !f.includes('node_modules') });
  change((file, text) => fs.appendFileSync(path.join(copy, file), text), copy);
  return copy;
}

function expect(what, check, change, wrong) {
  const copy = house(change);
  const r = spawnSync(process.execPath, [path.join(here, check), copy], { encoding: 'utf8' });
  fs.rmSync(copy, { recursive: true });
  const ok = wrong ? r.status === 1 && r.stdout.includes(wrong) : r.status === 0;
  if (!ok) { failed++; console.log(`${what}: exit ${r.status}\n${r.stdout}${r.stderr}`); }
}

expect('the house as it is', 'includes.mjs', () => {}, null);
expect('an arrow that is not there', 'includes.mjs', (add) => add('core/store/record.h', '#include "run/run.h"\n'), 'store may not include run');
expect('Lua outside the worker', 'includes.mjs', (add) => add('core/run/run.h', '#include <lua.h>\n'), 'lua.h belongs to core/host alone');
expect('a room that the page does not tell of', 'includes.mjs', (add, copy) => fs.mkdirSync(path.join(copy, 'core/attic')), 'does not tell of core/attic');
expect('a link that is no arrow', 'includes.mjs', (add) => add('core/store/CMakeLists.txt', 'dj_program(x SOURCES x.c ROOMS cage base)\n'), 'links cage, which is no arrow');
expect('a long function', 'sizes.mjs', (add) => add('core/base/err.c', `void f(void)\n{\n${'\n'.repeat(61)}}\n`), 'a function of 61 lines');
expect('something left for later', 'sizes.mjs', (add) => add('core/base/err.c', '/* TO' + 'DO: later */\n'), 'left for later');

console.log(`${7 - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
