// Runs each hostile plugin of plugins/, lua/ and c/ beside a good one, by the command line, as root and as an ordinary user,
// and holds what comes of it against the plugin's first line. (hostile.c does so with those of plugins/ a layer deeper.) Files of
// plugins/ are whole plugins; those of lua/ and c/ have a first line that can say more:
//
//   -- verdict: TIMEOUT; says: CPU: used; limits: --cpu 1
//
//   verdict: V       what the run must end as
//   says: TEXT       what its message must hold
//   findings: N      of an OK run
//   limits: ...      options in place of those below
//   each: PARAM      one run for each CALL(NAME, ...) of the file, with PARAM=NAME
//   quiet            what is printed is bounded, however much it says
//   release-only     AddressSanitizer changes what comes of it
//   only: x64        this processor alone
//
// The rest of the file is the body of `run(jam, p)` in Lua, or C that defines `run`; one with a `return {` or a DJ_PLUGIN of
// its own is taken as it is. @TRUTH@, @JAM_DB@, @SNAPSHOT@ and @HOME@ are put in.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn, spawnSync } from 'node:child_process';

const here = path.dirname(new URL(import.meta.url).pathname);
const source = process.env.DJ_SOURCE ?? path.resolve(here, '../..');
const build = process.env.DJ_BUILD ?? path.join(source, 'build/release');
const sanitized = process.env.DJ_SANITIZED === '1';
// Little time for what never ends, and enough for the rest on a slow and busy machine.
const SHORT = '--cpu 1 --wall 60 --memory 512', LIMITS = '--cpu 30 --wall 120 --memory 512';
// Run as an ordinary user too, where this one is root: one of each kind.
const NINE = ['endless-loop', 'gibibyte', 'fork', 'socket-inet', 'opens-passwd', 'crash', 'flood-of-findings', 'forged-frame',
  'constructor-socket'];
const SECRET = `planted-${process.pid}-${Math.random().toString(36).slice(2)}`;

// ---- Plugins ----

function headerOf(text) {
  const line = text.split('\n')[0].replace(/^(--|\/\*)|\*\/$/g, '');
  const header = {}, whole = line.match(/^ verdict: (\S+)(?: "([^"]*)")?( release)?\s*$/);
  if (whole) return { verdict: whole[1], says: whole[2], 'release-only': whole[3] };
  for (const part of line.split(';')) {
    const [, key, value] = part.trim().match(/^([a-z-]+)(?:: (.*))?$/) ?? [];
    if (key) header[key] = value ?? true;
  }
  return header;
}

export function plugins() {
  return ['plugins', 'lua', 'c'].flatMap((folder) => fs.readdirSync(path.join(here, folder)).sort().map((file) => {
    const text = fs.readFileSync(path.join(here, folder, file), 'utf8');
    return { name: path.parse(file).name, lang: path.extname(file).slice(1), text, ...headerOf(text) };
  }));
}

const about = (name, summary) => ({ name, version: '1.0.0', kind: 'detection', summary, caveat: 'None.' });

// The first line makes room for what surrounds the body, so that lines keep their numbers.
function whole(p, places) {
  const text = p.text.replace(/@([A-Z_]+)@/g, (_, key) => places[key]);
  if (/^return \{|^DJ_PLUGIN/m.test(text)) return text;
  const words = Object.entries(about(p.name, 'Hostile.'));
  const rest = text.slice(text.indexOf('\n'));
  if (p.lang === 'lua') {
    return `return { ${words.map(([k, v]) => `${k} = "${v}"`).join(', ')}, needs = { transactions = { "to_account", "amount" } }, run = function(jam, p)`
      + `${rest}end }\n`;
  }
  const plugin = `DJ_PLUGIN(${words.map(([k, v]) => `.${k} = "${v}"`).join(', ')}, .needs = {{"transactions", "to_account amount"}}, .run = run);\n`;
  return `#define _GNU_SOURCE\n#include <datajam/plugin.h>\n#line 2${rest}${plugin}`;
}

const GOOD = `return { name = "good", version = "1.0.0", kind = "detection", summary = "One lead.", caveat = "None.",
  needs = { transactions = { "to_account", "amount" } },
  run = function(jam, p)
    local t = jam:row "SELECT to_account, amount, _row FROM transactions ORDER BY amount DESC, _row LIMIT 1"
    jam:finding { title = "The largest payment", score = 0.5, subjects = { account = t.to_account }, evidence = t._row }
  end }
`;

// ---- A workspace ----

export class Workspace {
  // `as`: a user's name, or null for who we are. `worker`: another one in place of the build's.
  constructor({ as = null, worker = null } = {}) {
    this.outer = fs.mkdtempSync(path.join(os.tmpdir(), 'datajam-hostile-'));
    this.home = path.join(this.outer, 'home');
    this.bin = path.join(this.outer, 'bin');
    this.as = as;
    fs.mkdirSync(this.home);
    fs.mkdirSync(this.bin);
    fs.mkdirSync(path.join(this.outer, 'truth'));
    this.truth = path.join(this.outer, 'truth/truth.json');
    fs.writeFileSync(this.truth, `{"secret":"${SECRET}"}\n`);
    // Programs of our own path: no other test's worker is taken for one of ours.
    for (const program of ['datajam', 'datajam-loader', 'datajam-worker'])
      fs.copyFileSync(path.join(build, program), path.join(this.bin, program));
    // The toolkit too: the folder that we are built in may be closed to another user.
    this.toolkit = path.join(this.outer, 'toolkit');
    for (const part of ['datasets', 'plugins', 'core/include'])
      fs.cpSync(path.join(source, part), path.join(this.toolkit, part), { recursive: true });
    if (worker) fs.copyFileSync(worker, path.join(this.bin, 'datajam-worker'));
    this.fill();
  }

  fill() {
    const rows = ['to_account,from_account,amount,at'], people = ['person,gender,region'];
    for (let k = 1; k <= 1000; k++) rows.push(`A${k},B${k % 7},${k + 0.5},2024-01-${String(1 + k % 28).padStart(2, '0')}T10:00:00`);
    for (let k = 1; k <= 60; k++) people.push(`P${k},${k % 2 ? 'f' : 'm'},CA-AB`);
    fs.writeFileSync(path.join(this.home, 't.csv'), rows.join('\n') + '\n');
    fs.writeFileSync(path.join(this.home, 'p.csv'), people.join('\n') + '\n');
    fs.writeFileSync(path.join(this.home, 'i.csv'), 'n,region\n3,CA-AB\n5,CA-BC\n');
    if (this.as) spawnSync('chown', ['-R', this.as, this.outer]);
    this.must('init');
    this.must('load', 't.csv', '--role', 'transactions:to_account=to_account,from_account=from_account,amount=amount,at=at');
    this.must('load', 'p.csv', '--role', 'people:person=person,gender=gender,region=region');
    this.must('load', 'i.csv', '--role', 'incidents:n=n,region=region');
    spawnSync('chmod', ['-R', 'a+rX', this.outer]); // nothing but the cage stands before these files
    this.put('good', 'lua', GOOD);
    this.snapshots = this.sums();
  }

  put(name, lang, text) {
    const folder = path.join(this.home, 'plugins', name);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, `plugin.${lang}`), text);
  }

  add(p) {
    const snapshot = path.join(this.home, '.datajam/snapshots', fs.readdirSync(path.join(this.home, '.datajam/snapshots'))[0]);
    this.put(p.name, p.lang, whole(p, { TRUTH: this.truth, SECRET: this.truth, DIR: this.home, JAM_DB: path.join(this.home, '.datajam/jam.db'), SNAPSHOT: snapshot, HOME: this.home }));
  }

  command(...words) {
    const program = path.join(this.bin, 'datajam');
    return this.as ? ['setpriv', ['--reuid', this.as, '--regid', this.as, '--clear-groups', program, ...words]] : [program, words];
  }

  env() {
    return { ...process.env, HOME: this.home, DJ_HOME: this.toolkit, NO_COLOR: '1', PATH: `${this.bin}:${process.env.PATH}` };
  }

  must(...words) {
    const [program, args] = this.command(...words);
    const r = spawnSync(program, args, { cwd: this.home, env: this.env(), encoding: 'utf8' });
    if (r.status !== 0) throw new Error(`datajam ${words.join(' ')}: ${r.stderr}`);
    return r.stdout;
  }

  // Resolves to { code, out, err }.
  start(...words) {
    const [program, args] = this.command(...words);
    return new Promise((done) => {
      const child = spawn(program, args, { cwd: this.home, env: this.env(), stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '', err = '';
      child.stdout.setEncoding('latin1').on('data', (d) => { out += d; });
      child.stderr.setEncoding('latin1').on('data', (d) => { err += d; });
      child.on('close', (code, signal) => done({ code: code ?? signal, out, err }));
    });
  }

  sums() {
    const folder = path.join(this.home, '.datajam/snapshots');
    return spawnSync('sha256sum', fs.readdirSync(folder).sort(), { cwd: folder, encoding: 'utf8' }).stdout;
  }

  remove() {
    fs.rmSync(this.outer, { recursive: true, force: true });
  }
}

// ---- What must hold ----

export async function tryOne(w, p, choice) {
  const limits = p.limits ?? (p.says === 'wall clock' ? '--wall 2' : p.verdict === 'TIMEOUT' ? SHORT : LIMITS);
  const words = [p.name, 'good', '-j', '2', ...limits.split(' ')];
  if (choice) words.push('-p', `${p.name}.${p.each}=${choice}`);
  const r = await w.start('--json', 'run', ...words);
  const wrong = [];
  let records = [];
  try { records = JSON.parse(r.out); } catch { wrong.push(`no JSON: exit ${r.code}`); }
  const bad = records.find((x) => x.plugin === p.name), good = records.find((x) => x.plugin === 'good');

  if (bad?.verdict !== p.verdict) wrong.push(`verdict ${bad?.verdict}, expected ${p.verdict}: ${bad?.message}`);
  if (p.says && !(bad?.message ?? '').includes(p.says)) wrong.push(`its message lacks "${p.says}": ${bad?.message?.slice(0, 300)}`);
  if (p.findings && bad?.findings !== Number(p.findings)) wrong.push(`${bad?.findings} findings, expected ${p.findings}`);
  if (p.name !== 'good' && (good?.verdict !== 'OK' || good?.findings !== 1)) wrong.push(`the good plugin: ${good?.verdict}: ${good?.message}`);
  if (r.code !== (p.verdict === 'OK' ? 0 : 1)) wrong.push(`exit ${r.code}`);
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(r.out + r.err)) wrong.push('a control character was printed');
  if (p.quiet && (r.out + r.err).length > 8 << 20) wrong.push(`${(r.out + r.err).length} bytes were printed`);
  if ((r.out + r.err).includes(SECRET)) wrong.push('the planted secret was printed');
  return { name: choice ? `${p.name} ${choice}` : p.name, wrong, verdict: bad?.verdict, printed: r.err };
}

// A caged process is not dumpable: where its program is hidden from us, one whose parent is no datajam is left over.
function leftOver(w) {
  return fs.readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
    try {
      if (!fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('datajam-worker')) return false;
      let exe = null;
      try { exe = fs.readlinkSync(`/proc/${pid}/exe`); } catch { /* hidden */ }
      if (exe) return exe.startsWith(w.bin);
      const parent = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')[1];
      return !fs.readFileSync(`/proc/${parent}/comm`, 'utf8').startsWith('datajam');
    } catch { return false; }
  });
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function holders(folder, text) {
  return spawnSync('grep', ['-rlaF', text, folder], { encoding: 'utf8' }).stdout.trim();
}

export async function afterwards(w) {
  const wrong = [];
  for (let k = 0; k < 20 && leftOver(w).length; k++) await pause(100);
  if (leftOver(w).length) wrong.push(`processes are left: ${leftOver(w).join(' ')}`);
  if (w.sums() !== w.snapshots) wrong.push('a snapshot has changed');
  if (holders(w.home, SECRET)) wrong.push(`the planted secret is in ${holders(w.home, SECRET)}`);
  if (fs.existsSync(path.join(w.home, 'written')) || fs.existsSync(path.join(w.home, 'was-here')) || fs.existsSync('/tmp/datajam-written')) wrong.push('a plugin wrote a file');
  const db = spawnSync('sqlite3', [path.join(w.home, '.datajam/jam.db'), 'PRAGMA integrity_check; PRAGMA foreign_key_check'], { encoding: 'utf8' });
  if (!db.error && db.stdout.trim() !== 'ok') wrong.push(`jam.db: ${db.stdout}${db.stderr}`);
  w.must('report', '-o', 'report.html');
  const page = fs.readFileSync(path.join(w.home, 'report.html'), 'utf8');
  if (/<script>alert|<img src=x/.test(page)) wrong.push('markup of a plugin is markup in the report');
  return wrong;
}

function callsOf(p) {
  return [...p.text.matchAll(/^ +CALL\((\w+)(.*)/gm)].filter((m) => !sanitized || !m[2].includes('release-only')).map((m) => m[1]);
}

// `most` at once: each is a datajam of its own, all on one workspace.
export async function runAll(w, list, most = 2) {
  const queue = list.flatMap((p) => (p.each ? callsOf(p).map((name) => [p, name]) : [[p]]));
  const results = [];
  for (const p of list) w.add(p);
  await Promise.all(Array.from({ length: most }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results.push(await tryOne(w, ...next));
  }));
  return results;
}

function usable(p) {
  if (sanitized && p['release-only']) return `${p.name}: skipped under sanitizers`;
  if (p.only && p.only !== process.arch) return `${p.name}: skipped on ${process.arch}`;
  return null;
}

async function suite(title, options, list) {
  const w = new Workspace(options);
  let failed = 0;
  try {
    const results = await runAll(w, list);
    for (const r of results.filter((x) => x.wrong.length)) {
      failed++;
      console.log(`${r.name}:\n  ${r.wrong.join('\n  ')}\n  stderr: ${r.printed.slice(0, 600).replace(/\n/g, '\n  | ')}`);
    }
    for (const text of await afterwards(w)) { failed++; console.log(text); }
    const verdicts = {};
    for (const r of results) verdicts[r.verdict] = (verdicts[r.verdict] ?? 0) + 1;
    console.log(`${title}: ${results.length} runs, ${failed} wrong (${Object.entries(verdicts).map(([v, n]) => `${n} ${v}`).join(', ')})`);
  } finally {
    w.remove();
  }
  return failed;
}

async function main() {
  const chosen = process.argv.slice(2);
  const all = plugins().filter((p) => !chosen.length || chosen.includes(p.name));
  const list = all.filter((p) => !usable(p));
  for (const p of all) if (usable(p)) console.log(usable(p));
  let failed = await suite(process.getuid() === 0 ? 'as root' : 'as this user', {}, list);
  const nine = list.filter((p) => NINE.includes(p.name));
  if (process.getuid() === 0 && nine.length) {
    if (spawnSync('setpriv', ['--version']).error) console.log('skipped: no setpriv, so no ordinary user');
    else failed += await suite('as nobody', { as: '65534' }, nine);
  }
  if (!list.length) { console.log('no plugin of that name'); failed++; }
  process.exitCode = failed ? 1 : 0;
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main();
