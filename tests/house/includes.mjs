// Reads every #include of core/ and holds it against the arrows of docs/architecture.md; holds what each room is linked with
// (ROOMS in its CMakeLists.txt) against the same arrows; and the rooms named there against the folders that exist. Prints each
// line that is wrong.
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(process.argv[2] ?? process.env.DJ_SOURCE ?? '.');
const page = fs.readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
const wrong = [];

function block(name) {
  const found = page.match(new RegExp(`<!-- ${name}:[^>]*-->\\n\`\`\`\\n([\\s\\S]*?)\\n\`\`\``));
  if (!found) throw new Error(`docs/architecture.md has no block "${name}"`);
  return found[1].split('\n').filter((line) => line.trim());
}

const arrows = new Map();
for (const line of block('arrows')) {
  const [from, to] = line.split('->');
  arrows.set(from.trim(), new Set(to.trim().split(/\s+/).filter(Boolean)));
}

const only = new Map();
for (const line of block('only')) {
  const words = line.trim().split(/\s+/);
  const room = words.pop();
  for (const header of words) only.set(header, room);
}

const rooms = fs.readdirSync(path.join(root, 'core'), { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name);
const toured = new Set([...page.matchAll(/^\| `([a-z]+)` \|/gm)].map((m) => m[1]));
for (const room of rooms) if (!toured.has(room)) wrong.push(`docs/architecture.md does not tell of core/${room}`);
for (const room of toured) if (!rooms.includes(room)) wrong.push(`docs/architecture.md tells of core/${room}, which is not there`);

let files = 0, includes = 0;
for (const room of rooms) {
  if (room === 'include' || room === 'viewer') continue;
  if (!arrows.has(room)) { wrong.push(`no arrows for core/${room} in docs/architecture.md`); continue; }
  const folder = path.join(root, 'core', room);
  for (const file of fs.readdirSync(folder, { recursive: true })) {
    if (!/\.[ch]$/.test(file)) continue;
    files++;
    fs.readFileSync(path.join(folder, file), 'utf8').split('\n').forEach((line, at) => {
      const found = line.match(/^\s*#\s*include\s*["<]([^">]+)[">]/);
      if (!found) return;
      includes++;
      const where = `core/${room}/${file}:${at + 1}`;
      const header = found[1];
      if (only.has(header) && only.get(header) !== room) wrong.push(`${where}: ${header} belongs to core/${only.get(header)} alone`);
      const first = header.split('/')[0] === 'datajam' ? 'include' : header.split('/')[0];
      const to = header.includes('/') && (rooms.includes(first)) ? first : null;
      if (!to || to === room || to === 'base' || arrows.get(room).has(to)) return;
      wrong.push(`${where}: ${room} may not include ${to} (${header})`);
    });
  }
}

for (const [room, to] of arrows) {
  const cmake = fs.readFileSync(path.join(root, 'core', room, 'CMakeLists.txt'), 'utf8');
  const linked = new Set([...cmake.matchAll(/\bROOMS ([a-z ]+?)\s*(?:LIBRARIES|\)|$)/gm)].flatMap(([, list]) => list.trim().split(/\s+/)));
  for (const one of linked)
    if (one !== 'base' && one !== room && !to.has(one)) wrong.push(`core/${room}/CMakeLists.txt links ${one}, which is no arrow`);
  for (const one of to)
    if (one !== 'include' && !linked.has(one)) wrong.push(`core/${room}/CMakeLists.txt does not link ${one}, which is an arrow`);
}

for (const line of wrong) console.log(line);
console.log(`${files} files, ${includes} includes, ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);
