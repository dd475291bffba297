// Bodies that are cut, stall, lie about themselves or do not end.
import fs from 'node:fs';
import path from 'node:path';
import * as s from './server.mjs';
import { person, test, said, is, yes, end, sha256 } from './harness.mjs';

const body = s.table(), half = 200000;
const rest = s.good(body);

await test('a body that stalls is given up, and the next load goes on', async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.stall(body, half), s.stall(body, half), s.stall(body, half), rest) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 1, 'stalled', 'tried 3 times', 'the next load goes on from there');
  is(p.partials().length, 2, 'a part and what it is a part of');
  said(await p.load(`${at.url}/t.csv`), 0, `goes on at byte ${half}`, `${s.rows} rows`);
  is(p.partials().length, 0, 'parts left');
  is(p.kept().join(), sha256(body), 'the file in the cache');
  await at.stop();
});

await test('within one load a stalled body goes on', async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.stall(body, half), rest) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, 'stalled', `goes on at byte ${half}`, `${s.rows} rows`);
  is(at.seen[1].headers.range, `bytes=${half}-`, 'Range');
  is(at.seen[1].headers['if-range'], '"one"', 'If-Range');
  await at.stop();
});

for (const [what, page] of [['short of its length', s.cut(body, half)], ['whose chunks are cut', s.cutChunked(body, half)]]) {
  await test(`a body ${what} is never loaded`, async () => {
    const at = await s.serve({ '/t.csv': page }), p = person();
    said(await p.load(`${at.url}/t.csv`), 1, 'tried 3 times');
    is(p.kept().length, 0, 'files in the cache');
    await at.stop();
  });
  await test(`a body ${what} goes on`, async () => {
    const at = await s.serve({ '/t.csv': s.turns(page, rest) }), p = person();
    said(await p.load(`${at.url}/t.csv`), 0, `goes on at byte ${half}`, `${s.rows} rows`);
    is(p.kept().join(), sha256(body), 'the file in the cache');
    await at.stop();
  });
}

await test('a body without length or chunks can not be known to be whole: a checksum is asked for', async () => {
  const at = await s.serve({ '/t.csv': s.untilClose(body), '/cut.csv': s.untilClose(body, half) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, 'warning', 'sha256', `${s.rows} rows`);
  for (const name of ['t', 'cut'])
    p.manifest(name, { tables: [{ name, source: { url: `${at.url}/${name}.csv`, sha256: sha256(body) } }] });
  said(await p.load('t'), 0, '- cut one can not be told');
  const q = person();
  q.manifest('cut', { tables: [{ name: 'cut', source: { url: `${at.url}/cut.csv`, sha256: sha256(body) } }] });
  said(await q.load('cut'), 1, sha256(body), sha256(body.slice(0, half)), '- cut one can not be told');
  await at.stop();
});

await test('another checksum than the manifest says', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person(), want = sha256('something else');
  p.manifest('t', { tables: [{ name: 't', source: { url: `${at.url}/t.csv`, sha256: want } }] });
  said(await p.load('t'), 1, want, sha256(body), 'put the first one into dataset.json');
  is(at.visits['/t.csv'], 1, 'requests: a wrong file is not asked for again');
  is(p.kept().length + p.partials().length, 0, 'files left');
  await at.stop();
});

await test('a wrong part is thrown away, and all is fetched again', async () => {
  const other = s.table(3), at = await s.serve({ '/t.csv': s.turns(s.cut(other, half, {}), s.cut(other, half, {}), s.cut(other, half, {}), rest) }), p = person();
  p.manifest('t', { tables: [{ name: 't', source: { url: `${at.url}/t.csv`, sha256: sha256(body) } }] });
  said(await p.load('t'), 1, 'tried 3 times');
  said(await p.load('t'), 0, `goes on at byte ${half}`, 'trying again', `${s.rows} rows`);
  await at.stop();
});

await test('without a validator nothing is put together', async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.cut(s.table(3), half, {}), s.plain(body)) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, '- goes on', `${s.rows} rows`);
  is(at.seen[1].headers.range, undefined, 'Range');
  is(p.kept().join(), sha256(body), 'the file in the cache');
  await at.stop();
});

await test('a weak ETag does not vouch for a part', async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.cut(s.table(3), half, { ETag: 'W/"one"' }), s.plain(body)) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, `${s.rows} rows`);
  is(at.seen[1].headers.range, undefined, 'Range');
  await at.stop();
});

await test('a file that changed between two parts is fetched anew', async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.cut(s.table(3), half), s.good(body, '"two"')) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, 'starts again from the first byte', `${s.rows} rows`);
  is(p.kept().join(), sha256(body), 'the file in the cache');
  await at.stop();
});

await test('a server that ignores Range', async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.cut(body, half), s.plain(body, { ETag: '"one"' })) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, 'starts again from the first byte', `${s.rows} rows`);
  is(p.kept().join(), sha256(body), 'the file in the cache');
  await at.stop();
});

const tail = Buffer.from(body).subarray(half);
for (const [what, page] of [
  ['another part than was asked for', s.status(206, { ETag: '"one"', 'Content-Range': `bytes 0-9/${body.length}` }, 'id,place,n')],
  ['a part of another file', s.status(206, { ETag: '"two"', 'Content-Range': `bytes ${half}-${body.length - 1}/${body.length}` }, tail)],
  ['a part that does not say which', s.status(206, { ETag: '"one"' }, tail)],
  ['that there is no such part', s.status(416, { 'Content-Range': `bytes */${body.length}` })],
]) await test(`a server that sends ${what}`, async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.cut(body, half), page, rest) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, 'no part that goes on', `${s.rows} rows`);
  is(at.seen[2].headers.range, undefined, 'Range');
  is(p.kept().join(), sha256(body), 'the file in the cache');
  await at.stop();
});

await test('a part that nobody asked for is no file', async () => {
  const at = await s.serve({ '/t.csv': s.status(206, { 'Content-Range': 'bytes 0-7/100' }, 'a,b\n1,2\n') }), p = person();
  said(await p.load(`${at.url}/t.csv`), 1, 'answered 206');
  await at.stop();
});

await test('a body without end, and one that says it is too large', async () => {
  const at = await s.serve({ '/e.csv': s.endless, '/d.csv': (q, r) => { r.writeHead(200, { 'Content-Length': 5e9 }); r.write('a,b\n'); } });
  const p = person({ most_mb: 3 });
  said(await p.load(`${at.url}/e.csv`), 1, 'larger than 3000000 bytes', 'most_mb');
  said(await p.load(`${at.url}/d.csv`), 1, 'larger than 3000000 bytes');
  is(at.visits['/e.csv'], 1, 'requests');
  is(p.kept().length + p.partials().length, 0, 'files left');
  await at.stop();
});

await test('a part that is larger than what may be fetched by now', async () => {
  const large = s.table().repeat(8), at = await s.serve({ '/t.csv': s.turns(s.cut(large, 2e6), s.good(large)) }), p = person({ tries: 1 });
  said(await p.load(`${at.url}/t.csv`), 1, 'goes on from there');
  p.settle({ most_mb: 1 });
  said(await p.load(`${at.url}/t.csv`), 1, 'larger than 1000000 bytes');
  is(p.kept().length + p.partials().length, 0, 'files left');
  await at.stop();
});

await test('headers that trickle, and headers without end', async () => {
  const at = await s.serve({ '/s.csv': s.slowHeaders, '/h.csv': s.hugeHeaders }), p = person({ tries: 1 });
  said(await p.load(`${at.url}/s.csv`), 1, 'stalled');
  said(await p.load(`${at.url}/h.csv`), 1, 'headers do not end');
  await at.stop();
});

await test('bytes are kept as they come, whatever is said of their encoding', async () => {
  const at = await s.serve({ '/t.csv': s.plain(body, { 'Content-Encoding': 'gzip' }) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, 'kept as they came', `${s.rows} rows`);
  is(at.seen[0].headers['accept-encoding'], 'identity', 'Accept-Encoding');
  is(p.kept().join(), sha256(body), 'the file in the cache');
  await at.stop();
});

await test('a body of no byte, and an answer that is none', async () => {
  const at = await s.serve({ '/0.csv': s.plain(''), '/x.csv': s.raw('SSH-2.0-no\r\n\r\n'), '/hang.csv': (q, r) => r.socket.destroy() }), p = person({ tries: 2 });
  said(await p.load(`${at.url}/0.csv`), 1, 'is empty');
  said(await p.load(`${at.url}/x.csv`), 1, 'error');
  said(await p.load(`${at.url}/hang.csv`), 1, 'tried 2 times');
  is(p.partials().length, 0, 'parts left');
  await at.stop();
});

await test('a web page in place of a file is pointed out', async () => {
  const at = await s.serve({ '/t.csv': s.plain(body, { 'Content-Type': 'text/html; charset=utf-8' }) }), p = person();
  said(await p.load(`${at.url}/t.csv`), 0, 'web page');
  await at.stop();
});

await test('a part from before a restart of the machine is not trusted', async () => {
  const at = await s.serve({ '/t.csv': s.turns(s.cut(body, half), s.cut(body, half), s.cut(body, half), rest) }), p = person({ tries: 1 });
  said(await p.load(`${at.url}/t.csv`), 1, 'goes on from there');
  const of = p.partials().find((f) => f.endsWith('.of'));
  fs.writeFileSync(of, fs.readFileSync(of, 'utf8').replace(/"boot":"[^"]*"/, '"boot":"0000"'));
  p.settle({ tries: 3 });
  said(await p.load(`${at.url}/t.csv`), 0);
  is(at.seen[1].headers.range, undefined, 'Range');
  is(path.basename(p.kept()[0]), sha256(body), 'the file in the cache');
  yes(p.partials().length === 0, 'parts left');
  await at.stop();
});

end();
