// The cache: revalidation, digests, several processes at once, offline, interruptions, sweeping.
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import * as s from './server.mjs';
import { person, test, said, is, yes, end, sha256, build } from './harness.mjs';

const body = s.table(), half = 200000, rest = s.good(body);
const bodies = (at) => at.seen.filter((r) => !r.headers['if-none-match']).length;

// A process that ended, and that nobody asked after yet, has no command line.
const lives = (pid) => { try { return fs.readFileSync(`/proc/${pid}/cmdline`).length > 0; } catch { return false; } };

await test('an unchanged file is not sent again', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, `${s.rows} rows`, '- unchanged');
  said(await p.load(`${at.url}/t.csv`), 0, 'unchanged since', 'rows, 3 columns, unchanged');
  is(at.seen[1].headers['if-none-match'], '"one"', 'If-None-Match');
  is(at.seen[1].headers['if-modified-since'], 'Mon, 01 Jan 2024 00:00:00 GMT', 'If-Modified-Since');
  said(await p.load('t'), 0, 'unchanged since');
  is(bodies(at), 1, 'bodies sent');
  await at.stop();
});

await test('Last-Modified alone will do', async () => {
  const date = 'Tue, 02 Jan 2024 00:00:00 GMT', p = person();
  const at = await s.serve({ '/t.csv': (q, r) => (q.headers['if-modified-since'] === date ? s.status(304)(q, r) : s.plain(body, { 'Last-Modified': date })(q, r)) });
  said(await p.load(`${at.url}/t.csv`), 0);
  said(await p.load(`${at.url}/t.csv`), 0, 'unchanged since');
  await at.stop();
});

await test('a file that changed is fetched; the same bytes under another ETag are known', async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.good(body, '"a"'), s.good(body, '"b"'), s.good(s.table(5), '"c"')) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, '- unchanged');
  said(await p.load(`${at.url}/t.csv`), 0, 'rows, 3 columns, unchanged');
  said(await p.load(`${at.url}/t.csv`), 0, '- unchanged');
  is(p.kept().length, 2, 'files in the cache');
  await at.stop();
});

await test('304 to who did not ask is an error', async () => {
  const at = await s.serve({ '/t.csv': s.status(304) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 1, '304');
  await at.stop();
});

await test('a digest that is in the cache needs no network, in any workspace', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person(), q = person();
  said(await p.load(`${at.url}/t.csv`), 0);
  await at.stop();
  q.env.XDG_CACHE_HOME = path.dirname(p.cache);
  q.manifest('other', { tables: [{ name: 'other', source: { url: 'https://elsewhere.invalid/x.csv', sha256: sha256(body) } }] });
  said(await q.load('other'), 0, `${s.rows} rows`);
});

await test('one address in two tables is asked for once', async () => {
  const at = await s.serve({ '/t.csv': s.plain(body) }), p = person(), source = { url: `${at.url}/t.csv` };
  p.manifest('two', { tables: [{ name: 'a', source }, { name: 'b', source }] });
  said(await p.load('two'), 0, `a: ${s.rows} rows`, `b: ${s.rows} rows`);
  is(at.seen.length, 1, 'requests');
  await at.stop();
});

await test('several addresses, side by side', async () => {
  const slowly = async (q, r, visit) => { await s.sleep(300); rest(q, r, visit); };
  const at = await s.serve({ '/a.csv': slowly, '/b.csv': slowly, '/c.csv.gz': slowly }), p = person({ stall: 5 });
  said(await p.load(`${at.url}/a.csv`, `${at.url}/b.csv`, `${at.url}/missing.csv`, `${at.url}/c.csv.gz`), 1, `a: ${s.rows} rows`, `b: ${s.rows} rows`, '404', `c: ${s.rows} rows`);
  is(p.kept().length, 1, 'files in the cache: they hold the same');
  await at.stop();
});

await test('--offline uses what is there, and says all that is missing', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person();
  said(await p.load('--offline', `${at.url}/t.csv`), 1, 'not in the cache', `${at.url}/t.csv`, 'without --offline');
  said(await p.load(`${at.url}/t.csv`), 0);
  said(await p.load('--offline', `${at.url}/t.csv`), 0, '--offline', 'unchanged');
  const tables = ['t', 'u', 'v'].map((name) => ({ name, source: { url: `${at.url}/${name}.csv` } }));
  p.manifest('many', { tables });
  said(await p.load('--offline', 'many'), 1, '/u.csv', '/v.csv', '- /t.csv');
  is(at.seen.length, 1, 'requests');
  await at.stop();
});

await test('two processes at once fetch one address once', async () => {
  const at = await s.serve({ '/t.csv': async (q, r, visit) => { await s.sleep(400); rest(q, r, visit); } });
  const p = person({ stall: 5 }), others = [p, person({ stall: 5 }), person({ stall: 5 })];
  for (const q of others) q.env.XDG_CACHE_HOME = path.dirname(p.cache);
  for (const r of await Promise.all(others.map((q) => q.load(`${at.url}/t.csv`)))) said(r, 0, `${s.rows} rows`);
  is(at.seen.length, 1, 'requests');
  is(p.kept().join(), sha256(body), 'the file in the cache');
  await at.stop();
});

await test('a damaged copy is thrown away, and fetched again', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0);
  const file = path.join(p.cache, 'sha256', sha256(body)), bytes = fs.readFileSync(file);
  bytes[1000] ^= 1;
  fs.chmodSync(file, 0o600);
  fs.writeFileSync(file, bytes);
  said(await p.load('--offline', `${at.url}/t.csv`), 1, 'damaged');
  said(await p.load(`${at.url}/t.csv`), 0, `${s.rows} rows`);
  fs.chmodSync(file, 0o600);
  fs.writeFileSync(file, bytes);
  said(await p.load(`${at.url}/t.csv`), 0, 'damaged, so it is fetched again', 'unchanged');
  is(sha256(fs.readFileSync(file)), sha256(body), 'the copy');
  await at.stop();
});

await test('an index that is no JSON, or names a file that is gone, is none', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0);
  const [index] = fs.readdirSync(path.join(p.cache, 'url'));
  fs.writeFileSync(path.join(p.cache, 'url', index), '{"sha256":');
  said(await p.load(`${at.url}/t.csv`), 0);
  fs.rmSync(path.join(p.cache, 'sha256', sha256(body)));
  said(await p.load(`${at.url}/t.csv`), 0);
  is(bodies(at), 3, 'bodies sent');
  await at.stop();
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL']) await test(`${signal} keeps the part, and ends both processes at once`, async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.stall(body, half), rest) }), p = person({ stall: 30 });
  const r = p.start('load', `${at.url}/t.csv`);
  while (!p.partials().some((f) => !f.endsWith('.of') && fs.statSync(f).size === half)) await s.sleep(20);
  const helper = spawnSync('pgrep', ['-P', String(r.child.pid)]).stdout.toString().trim(), from = Date.now();
  r.child.kill(signal);
  await r.done;
  yes(Date.now() - from < 1000, `took ${Date.now() - from} ms`);
  if (signal !== 'SIGKILL') said(r, 130, 'stopped');
  for (let i = 0; helper && i < 50 && lives(helper); i++) await s.sleep(20);
  yes(helper && !lives(helper), 'datajam-fetch lives on');
  said(await p.load(`${at.url}/t.csv`), 0, `goes on at byte ${half}`, `${s.rows} rows`);
  is(p.kept().join(), sha256(body), 'the file in the cache');
  await at.stop();
});

await test('SIGINT while another holds the address', async () => {
  const at = await s.serve({ '/t.csv': s.stall(body, half) }), p = person({ stall: 30 });
  const first = p.start('load', `${at.url}/t.csv`);
  while (!p.partials().length) await s.sleep(20);
  const second = p.start('load', `${at.url}/t.csv`, '--as', 'other');
  await s.sleep(300);
  const from = Date.now();
  second.child.kill('SIGINT');
  said(await second.done, 130, 'stopped');
  yes(Date.now() - from < 1000, `took ${Date.now() - from} ms`);
  first.child.kill('SIGINT');
  await first.done;
  await at.stop();
});

await test('parts that are old, or too many, are swept', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person(), parts = path.join(p.cache, 'partial');
  fs.mkdirSync(parts, { recursive: true });
  for (let i = 0; i < 30; i++) {
    const file = path.join(parts, sha256(String(i))), days = i < 5 ? 8 : i / 10;
    for (const f of [file, `${file}.of`]) {
      fs.writeFileSync(f, '{}');
      fs.utimesSync(f, Date.now() / 1000 - days * 86400, Date.now() / 1000 - days * 86400);
    }
  }
  said(await p.load(`${at.url}/t.csv`), 0);
  is(p.partials().length, 32, 'sixteen parts and what they are parts of');
  for (let i = 0; i < 5; i++) yes(!fs.existsSync(path.join(parts, sha256(String(i)))), 'an old part is there');
  await at.stop();
});

await test('a full disk: said, and nothing is left', async () => {
  const p = person(), at = await s.serve({ '/t.csv': rest });
  const disk = path.join(p.home, 'cache');
  fs.mkdirSync(disk, { recursive: true });
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', disk]).status !== 0) { await at.stop(); return console.log('skipped: may not mount a small disk'); }
  try {
    said(await p.load(`${at.url}/t.csv`), 1, 'No space left on device');
    is(p.partials().length + p.kept().length, 0, 'files left');
  } finally { spawnSync('umount', [disk]); }
  await at.stop();
});

await test('the cache is its owner\'s alone', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0);
  is((fs.statSync(p.cache).mode & 0o777).toString(8), '700', 'mode of the folder');
  is((fs.statSync(path.join(p.cache, 'sha256', sha256(body))).mode & 0o777).toString(8), '400', 'mode of a file');
  await at.stop();
});

await test('datajam-fetch is nothing for a person', async () => {
  const r = spawnSync(path.join(build, 'datajam-fetch'), [], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  is(r.status, 2, 'exit code');
  yes(r.stderr.includes('datajam load'), 'it does not say what to do');
});

end();
