// A key goes where it is meant to go, and nowhere else. It is planted, and looked for in everything there is.
import fs from 'node:fs';
import path from 'node:path';
import * as s from './server.mjs';
import { person, test, said, is, yes, end, Wrong } from './harness.mjs';

const KEY = 'k3y-PLANTED-4f1a77c0e2b94d', body = s.table(), half = 200000, rest = s.good(body);
const guarded = (page) => (q, r, visit) => (q.headers['x-api-key'] === KEY ? page(q, r, visit) : s.status(401)(q, r));
const origin = (at) => `127.0.0.1:${at.port}`;
const asks = (p, at, file = 't.csv', auth = { header: 'X-Api-Key', secret: 'statistics' }) =>
  p.manifest('t', { tables: [{ name: 't', source: { url: `${at.url}/${file}`, auth } }] });

// Nothing of the person's but the secret's own file holds the key, in any of the ways it may be written.
function hunt(p, ...talk) {
  const forms = [KEY, Buffer.from(KEY).toString('base64').replace(/=+$/, ''), Buffer.from(KEY).toString('hex'), Buffer.from(KEY, 'utf8').toString('utf16le')];
  for (const file of p.files()) {
    if (file.includes('/config/')) continue;
    const bytes = fs.readFileSync(file);
    for (const form of forms) if (bytes.includes(form)) throw new Wrong(`${file} holds the key`);
  }
  for (const text of talk) for (const form of forms) if (text.includes(form)) throw new Wrong(`said: ${text}`);
}

await test('a key is sent, and is in nothing that is kept or said', async () => {
  const at = await s.serve({ '/t.csv': guarded(s.turns(s.cut(body, half), async (q, r, v) => { await s.sleep(300); rest(q, r, v); })) }), p = person({ stall: 5 });
  p.secret(origin(at), 'statistics', `${KEY}\n`);
  asks(p, at);
  const r = p.start('load', 't'), looked = [];
  while (r.code === null) {
    for (const pid of [r.child.pid, ...children(r.child.pid)])
      for (const what of ['cmdline', 'environ', 'comm']) try { looked.push(fs.readFileSync(`/proc/${pid}/${what}`, 'utf8')); } catch { /* it ended */ }
    await s.sleep(10);
  }
  said(r, 0, `${s.rows} rows`);
  yes(looked.some((t) => t.startsWith('datajam-fetch')), 'the process was not looked at');
  is(at.seen[0].headers['x-api-key'], KEY, 'the key');
  is(at.seen[1].headers['x-api-key'], KEY, 'the key of the part that goes on');
  const again = await p.load('t'), shown = await p.run('datasets', 't'), report = await p.run('report');
  said(again, 0, 'unchanged since');
  said(report, 0);
  yes(p.files('jam').some((f) => f.endsWith('report.html')) && p.files('jam').some((f) => f.endsWith('.db')), 'nothing was looked at');
  hunt(p, r.out, r.err, again.out, again.err, shown.out, report.out, report.err, ...looked);
  await at.stop();
});

function children(pid) {
  try { return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean); } catch { return []; }
}

await test('a part that is left holds no key, nor does what is said of a failure', async () => {
  const at = await s.serve({ '/t.csv': guarded(s.stall(body, half)) }), p = person({ tries: 1 });
  p.secret(origin(at), 'statistics', KEY);
  asks(p, at);
  const r = await p.load('t');
  said(r, 1, 'stalled');
  yes(p.partials().length === 2, 'no part');
  hunt(p, r.out, r.err);
  await at.stop();
});

await test('the key follows a redirect within its origin, and no other', async () => {
  const other = await s.serve({ '*': rest });
  const at = await s.serve({ '/t.csv': s.to('/u.csv'), '/u.csv': s.to(`${other.url}/v.csv`), '/w.csv': s.to('/x.csv'), '/x.csv': guarded(rest) }), p = person();
  p.secret(origin(at), 'statistics', KEY);
  asks(p, at);
  said(await p.load('t'), 0, `the key is not sent on to 127.0.0.1`);
  is(at.seen.filter((r) => r.headers['x-api-key'] === KEY).length, 2, 'requests with the key');
  is(JSON.stringify(other.seen).includes(KEY), false, 'the key at another origin');
  asks(p, at, 'w.csv');
  said(await p.load('t'), 0, `${s.rows} rows`, '- not sent on');
  await at.stop();
  await other.stop();
});

await test('a redirect to a host in bytes that are no text is told, and harmless', async () => {
  const at = await s.serve({ '/t.csv': s.to('http://caf\u00e9\u009b31m.invalid/t.csv') }), p = person({ tries: 1 });
  p.secret(origin(at), 'statistics', KEY);
  asks(p, at);
  const r = await p.load('t');
  said(r, 1, 'caf\\xE9\\x9B31m.invalid', '- loader', '- line 1');
  yes(!/[\x80-\x9f\x1b]/.test(r.err), 'a control character was printed');
  await at.stop();
});

await test('back at its origin after a detour the key is sent again', async () => {
  let home = '';
  const other = await s.serve({ '*': (q, r) => s.to(`${home}/back.csv`)(q, r) });
  const at = await s.serve({ '/t.csv': s.to(`${other.url}/v.csv`), '/back.csv': guarded(rest) }), p = person();
  home = at.url;
  p.secret(origin(at), 'statistics', KEY);
  asks(p, at);
  said(await p.load('t'), 0, `${s.rows} rows`);
  is(JSON.stringify(other.seen).includes(KEY), false, 'the key at another origin');
  await at.stop();
  await other.stop();
});

for (const [what, mode] of [['a group may read', 0o640], ['anybody may read', 0o604], ['a group may write', 0o620], ['anybody may run', 0o601]])
  await test(`a secret that ${what} is refused`, async () => {
    const at = await s.serve({ '/t.csv': rest }), p = person(), file = p.secret(origin(at), 'statistics', KEY, mode);
    asks(p, at);
    const r = await p.load('t');
    said(r, 1, `chmod 600 ${file}`);
    is(at.seen.length, 0, 'requests');
    hunt(p, r.out, r.err);
    await at.stop();
  });

await test('a secret that is somebody else\'s is refused', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person(), file = p.secret(origin(at), 'statistics', KEY);
  if (process.getuid() !== 0) { await at.stop(); return console.log('skipped: only root can give a file away'); }
  fs.chownSync(file, 65534, 65534);
  asks(p, at);
  said(await p.load('t'), 1, 'belongs to somebody else');
  is(at.seen.length, 0, 'requests');
  await at.stop();
});

await test('a secret that is missing: where it belongs is said', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person();
  asks(p, at);
  said(await p.load('t'), 1, path.join(p.home, 'config/datajam/secrets', origin(at), 'statistics'));
  is(at.seen.length, 0, 'requests');
  await at.stop();
});

await test('a key of one host is not sent to another, whatever a dataset.json says', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person();
  p.secret('api.example.org', 'statistics', KEY);
  p.secret(`127.0.0.1:${at.port + 1}`, 'statistics', KEY);
  asks(p, at);
  said(await p.load('t'), 1, 'the key for this address is not there');
  is(at.seen.length, 0, 'requests');
  await at.stop();
});

for (const [what, value, text] of [['empty', '\n', 'is empty'], ['of two lines', `${KEY}\r\nHost: x\n`, 'not one line'], ['with a NUL', `${KEY}\0a`, 'not one line'], ['too large', 'a'.repeat(9000), 'no key']])
  await test(`a secret that is ${what}`, async () => {
    const at = await s.serve({ '/t.csv': rest }), p = person();
    p.secret(origin(at), 'statistics', value);
    asks(p, at);
    const r = await p.load('t');
    said(r, 1, text);
    is(at.seen.length, 0, 'requests');
    hunt(p, r.out, r.err);
    await at.stop();
  });

await test('a header that is none, or the request\'s own', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person();
  p.secret(origin(at), 'statistics', KEY);
  for (const header of ['Host', 'range', 'Transfer-Encoding', 'X:', 'X Y', 'X\r\nY']) {
    asks(p, at, 't.csv', { header, secret: 'statistics' });
    yes((await p.load('t')).code > 0, `${JSON.stringify(header)} was taken`);
  }
  is(at.seen.length, 0, 'requests');
  await at.stop();
});

await test('a key is not sent over http to a host that was not allowed by name', async () => {
  const p = person({ allow: [] });
  p.secret('example.invalid', 'statistics', KEY);
  p.manifest('t', { tables: [{ name: 't', source: { url: 'http://example.invalid/t.csv', auth: { header: 'X-Api-Key', secret: 'statistics' } } }] });
  said(await p.load('t'), 1, 'not sent over http');
});

await test('what the server sends back of the key is not kept', async () => {
  const echo = (text) => body.slice(0, 300000) + text + body.slice(300000);
  const seam = (q, r) => { r.writeHead(200); r.write(body + KEY.slice(0, 9), () => setTimeout(() => r.end(KEY.slice(9)), 60)); };
  const at = await s.serve({
    '/body.csv': s.plain(echo(KEY)), '/seam.csv': seam, '/etag.csv': s.plain(body, { ETag: `"${KEY}"`, 'Last-Modified': KEY }),
    '/to.csv': s.to(`/at/${KEY}/t.csv?k=${KEY}`), [`/at/${KEY}/t.csv`]: rest, '/gone.csv': s.to(`/${KEY}`), '/bad.csv': s.to(`ftp://${KEY}/`), '/loop.csv': s.to(`/loop.csv?${KEY}`),
  }), p = person();
  p.secret(origin(at), 'statistics', KEY);
  for (const [file, code, text] of [['body', 1, 'repeats the key'], ['seam', 1, 'repeats the key'], ['etag', 0], ['to', 0], ['gone', 1, '404'], ['bad', 1, 'redirect'], ['loop', 1, 'do not end']]) {
    asks(p, at, `${file}.csv`);
    const r = await p.load('t');
    said(r, code, ...(text ? [text] : []));
    hunt(p, r.out, r.err);
  }
  await at.stop();
});

await test('Bearer and its kin: the word behind it is what must not come back', async () => {
  const at = await s.serve({ '/t.csv': s.plain(`a,b\n${KEY},2\n`) }), p = person();
  p.secret(origin(at), 'statistics', `Bearer ${KEY}`);
  asks(p, at, 't.csv', { header: 'Authorization', secret: 'statistics' });
  said(await p.load('t'), 1, 'repeats the key');
  is(at.seen[0].headers.authorization, `Bearer ${KEY}`, 'Authorization');
  hunt(p);
  await at.stop();
});

await test('a key that is not taken', async () => {
  const at = await s.serve({ '/t.csv': s.status(403) }), p = person();
  p.secret(origin(at), 'statistics', KEY);
  asks(p, at);
  said(await p.load('t'), 1, '403', 'is the key right');
  await at.stop();
});

end();
