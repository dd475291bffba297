// What a server answers in place of a body: errors, waits, redirects.
import * as s from './server.mjs';
import { person, test, said, is, yes, end, sha256 } from './harness.mjs';

const body = s.table(), rest = s.good(body);

await test('404 with a page is an error: the page is no data', async () => {
  const at = await s.serve({}), p = person();
  said(await p.load(`${at.url}/t.csv`), 1, '404', 'is the address right?');
  is(at.seen.length, 1, 'requests: what is not there is not asked for again');
  is(p.kept().length + p.partials().length, 0, 'files left');
  yes(!p.files('jam').some((f) => f.endsWith('dataset.json')), 'a dataset.json was written');
  await at.stop();
});

for (const code of [400, 401, 403, 410, 418, 501, 204, 299]) await test(`${code} is not asked for again`, async () => {
  const at = await s.serve({ '/t.csv': s.status(code) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 1, String(code));
  is(at.seen.length, 1, 'requests');
  await at.stop();
});

for (const code of [500, 502, 503, 504, 408, 429]) await test(`${code}, then fine`, async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.status(code, {}, 'a,b\n'), s.status(code), rest) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, `answered ${code}; trying again`, `${s.rows} rows`);
  is(at.seen.length, 3, 'requests');
  await at.stop();
});

await test('503 for good', async () => {
  const at = await s.serve({ '/t.csv': s.status(503) }), p = person({ tries: 4 });
  said(await p.load(`${at.url}/t.csv`), 1, '503', 'tried 4 times');
  is(at.seen.length, 4, 'requests');
  await at.stop();
});

await test('the pause before each try is longer, and as long as the server asks', async () => {
  const at = await s.serve({ '/t.csv': s.status(503), '/r.csv': s.turns(s.status(429, { 'Retry-After': '1' }), rest) });
  const p = person({ tries: 4, pause: 0.1 });
  let from = Date.now();
  said(await p.load(`${at.url}/t.csv`), 1);
  yes(Date.now() - from >= 700, `waited ${Date.now() - from} ms, want 100 + 200 + 400`);
  from = Date.now();
  said(await p.load(`${at.url}/r.csv`), 0);
  yes(Date.now() - from >= 1000, `waited ${Date.now() - from} ms, and the server asked for 1 s`);
  await at.stop();
});

await test('a server that asks for too long a wait is left alone', async () => {
  const at = await s.serve({ '/t.csv': s.status(503, { 'Retry-After': '86400' }) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 1, '86400 s');
  is(at.seen.length, 1, 'requests');
  await at.stop();
});

await test('no server', async () => {
  const at = await s.serve({}), p = person();
  await at.stop();
  said(await p.load(`${at.url}/t.csv`), 1, 'tried 3 times');
});

// ---- Redirects ----

await test('redirects are followed, and where they led is recorded without its query', async () => {
  const at = await s.serve({ '/a.csv': s.to('/b?signature=0123456789'), '/b': s.to('c.csv?signature=0123456789', 301), '/c.csv': rest }), p = person();
  said(await p.load(`${at.url}/a.csv`), 0, `${s.rows} rows`);
  const [source] = p.sources('a');
  is(source.url, `${at.url}/a.csv`, 'url');
  is(source.final_url, `${at.url}/c.csv`, 'final_url');
  is(source.etag, '"one"', 'etag');
  is(source.last_modified, 'Mon, 01 Jan 2024 00:00:00 GMT', 'last_modified');
  is(source.sha256, sha256(body), 'sha256');
  await at.stop();
});

for (const [what, where, ...texts] of [
  ['to a file', 'file:///etc/passwd', 'only http:// and https://'],
  ['to gopher', 'gopher://127.0.0.1/x', 'only http:// and https://'],
  ['to ftp', 'ftp://127.0.0.1/x', 'only http:// and https://'],
  ['to data', 'data:text/csv,a,b', 'redirect is not followed'],
  ['with a name and a password', 'http://me:secret@127.0.0.1/', 'name or a password'],
  ['to a private address', 'http://10.0.0.1/t.csv', 'a private address'],
  ['to where a cloud keeps its keys', 'http://169.254.169.254/latest/meta-data/', "a cloud's metadata address"],
  ['to nowhere', 'http://', 'redirect'],
]) await test(`a redirect ${what} is refused`, async () => {
  const at = await s.serve({ '/t.csv': s.to(where) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 1, ...texts, '- root:');
  is(at.seen.length, 1, 'requests');
  is(p.kept().length + p.partials().length, 0, 'files left');
  await at.stop();
});

await test('redirects without end', async () => {
  const at = await s.serve({ '/t.csv': s.to('/u.csv'), '/u.csv': s.to('/t.csv'), '*': (q, r) => s.to(`${q.url}a`)(q, r) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 1, 'redirects do not end');
  said(await p.load(`${at.url}/x`), 1, 'redirects do not end');
  is(at.seen.length, 12, 'requests: five redirects each');
  await at.stop();
});

await test('a redirect with an endless page, and one that does not say where to', async () => {
  const at = await s.serve({ '/t.csv': s.endlessly(302, { Location: '/u.csv' }),
    '/u.csv': rest, '/n.csv': s.status(302) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, `${s.rows} rows`);
  said(await p.load(`${at.url}/n.csv`), 1, 'does not say where to');
  await at.stop();
});

end();
