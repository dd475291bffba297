// Runs one file of command cases in a fresh folder, with datajam in the path. A case is
//
//   # what it shows
//   $ datajam load a.csv           a command for sh
//   ? 3                            its exit code; 0 when not said
//   < a: 3 rows                    text that stdout holds
//   ! 1 row rejected               text that stderr holds
//   - panic                        text that neither holds
//   > a.csv                        writes a file: the lines that follow, up to a line "."
//   @ statcan/alberta.csv          the rest of the file needs this file of ../shared/data; skipped where it is absent
//
// A Markdown page works too: each line "$ ..." of its ```console blocks must exit 0, in order, in one folder; and each plugin
// that it shows whole (a ```lua block that returns a table with a name) is put in its place and run.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

const file = path.resolve(process.argv[2]);
const source = process.env.DJ_SOURCE ?? path.resolve('.');
const build = process.env.DJ_BUILD ?? path.join(source, 'build/release');
const data = path.resolve(source, '../shared/data');
const outer = fs.mkdtempSync(path.join(os.tmpdir(), 'datajam-commands-'));
const folder = path.join(outer, 'here');
fs.mkdirSync(folder);
fs.mkdirSync(path.join(outer, 'shared'));
if (fs.existsSync(data)) fs.symlinkSync(data, path.join(outer, 'shared/data'));

const env = { ...process.env, PATH: `${build}:${process.env.PATH}`, DJ_HOME: source, HOME: outer, NO_COLOR: '1', SHARED: data };
let cwd = folder, passed = 0, failed = 0, last = null, at = 0;

function run(command, line) {
  finish();
  const changed = command.match(/^cd (\S+)$/);
  if (changed) { cwd = path.resolve(cwd, changed[1]); last = null; return; }
  const r = spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8', timeout: 240000, maxBuffer: 1 << 28 });
  last = { command, line, code: r.status ?? `signal ${r.signal}`, out: r.stdout, err: r.stderr, want: 0, problems: [] };
}

function finish() {
  if (!last) return;
  if (String(last.code) !== String(last.want)) last.problems.push(`exit ${last.code}, expected ${last.want}`);
  if (last.problems.length === 0) passed++;
  else {
    failed++;
    console.log(`${path.basename(file)}:${last.line}: $ ${last.command}`);
    for (const p of last.problems) console.log(`  ${p}`);
    console.log(`  stdout: ${last.out.slice(0, 1500).replace(/\n/g, '\n  | ')}`);
    console.log(`  stderr: ${last.err.slice(0, 1500).replace(/\n/g, '\n  | ')}`);
  }
  last = null;
}

function cases(lines) {
  for (at = 0; at < lines.length; at++) {
    const line = lines[at], text = line.slice(2);
    switch (line.slice(0, 2)) {
      case '$ ': run(text, at + 1); break;
      case '? ': last.want = text.trim(); break;
      case '< ': if (!last.out.includes(text)) last.problems.push(`stdout lacks: ${text}`); break;
      case '! ': if (!last.err.includes(text)) last.problems.push(`stderr lacks: ${text}`); break;
      case '- ': if ((last.out + last.err).includes(text)) last.problems.push(`output holds: ${text}`); break;
      case '@ ':
        if (!fs.existsSync(path.join(data, text.trim()))) {
          finish();
          console.log('skipped: no ../shared/data');
          return;
        }
        break;
      case '> ': {
        const end = lines.indexOf('.', at);
        finish();
        fs.mkdirSync(path.dirname(path.join(cwd, text)), { recursive: true });
        fs.writeFileSync(path.join(cwd, text), lines.slice(at + 1, end).map((l) => l + '\n').join(''));
        at = end;
        break;
      }
      default: if (line.trim() && !line.startsWith('#')) { console.log(`${file}:${at + 1}: not understood: ${line}`); failed++; }
    }
  }
}

function plugins(text) {
  for (const [, code] of text.matchAll(/```lua\n([\s\S]*?)```/g)) {
    const name = code.match(/^\s*name\s*=\s*"([a-z0-9-]+)"/m)?.[1];
    if (!name || !/^return \{/m.test(code)) continue;
    fs.mkdirSync(path.join(cwd, 'plugins', name), { recursive: true });
    fs.writeFileSync(path.join(cwd, 'plugins', name, 'plugin.lua'), code);
    run(`datajam run ${name}`, text.slice(0, text.indexOf(code)).split('\n').length);
  }
}

function page(text) {
  let console_ = false;
  text.split('\n').forEach((line, number) => {
    if (line.startsWith('```')) console_ = line === '```console';
    else if (console_ && line.startsWith('$ ')) {
      if (line.includes('../shared/') && !fs.existsSync(data)) console.log('skipped: no ../shared/data');
      else run(line.slice(2), number + 1);
    }
  });
}

const text = fs.readFileSync(file, 'utf8');
if (file.endsWith('.md')) {
  // What the pages take for granted is there: a workspace with made data, and the files that they name.
  if (path.basename(file) !== 'start.md') {
    run('datajam init . && datajam generate first-look && printf "day,calls,line\\n2024-01-02,3,east\\n" > calls.csv', 0);
    finish();
  }
  page(text);
  plugins(text);
} else cases(text.split('\n'));
finish();
fs.rmSync(outer, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || passed === 0 && !/\n@ /.test(text) ? 1 : 0);
