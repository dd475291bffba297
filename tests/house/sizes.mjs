// No source file over 500 lines, no function over 60, no mark of something left for later, no path of a machine.
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(process.argv[2] ?? process.env.DJ_SOURCE ?? '.');
const MOST_LINES = 500, MOST_FUNCTION = 60;
const wrong = [];
let files = 0, functions = 0;

function* walk(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(at);
    else if (/\.(c|h|js|jsx|mjs|lua)$/.test(entry.name)) yield at;
  }
}

for (const folder of ['core', 'plugins', 'tests', 'scripts']) {
  for (const file of walk(path.join(root, folder))) {
    const shown = path.relative(root, file);
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    files++;
    if (lines.length - 1 > MOST_LINES) wrong.push(`${shown}: ${lines.length - 1} lines (at most ${MOST_LINES})`);
    let start = -1;
    lines.forEach((line, at) => {
      if (/\b(TODO|FIXME|XXX|HACK)\b/.test(line) && !shown.startsWith('tests/house')) wrong.push(`${shown}:${at + 1}: something left for later`);
      if (!/\.c$/.test(file)) return;
      if (line === '{') start = at;
      if (line === '}' && start >= 0) {
        functions++;
        if (at - start - 1 > MOST_FUNCTION) wrong.push(`${shown}:${start}: a function of ${at - start - 1} lines (at most ${MOST_FUNCTION})`);
        start = -1;
      }
    });
  }
}

for (const line of wrong) console.log(line);
console.log(`${files} files, ${functions} functions, ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);
