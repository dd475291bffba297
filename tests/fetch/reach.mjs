// Whom datajam talks to at all: addresses, names, proxies, certificates; and what it does not send.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { once } from 'node:events';
import * as s from './server.mjs';
import { person, test, said, is, yes, end } from './harness.mjs';

const body = s.table(), rest = s.good(body);

await test('this machine, by each of its names, is not fetched from unless it is allowed', async () => {
  const at = await s.serve({ '/t.csv': rest }), p = person({ allow: [] });
  for (const host of ['127.0.0.1', 'localhost', '127.1', '0x7f.1', '2130706433', '0177.0.0.1', '127.0.0.1.', '0.0.0.0', '[::ffff:127.0.0.1]', '[::1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]'])
    said(await p.load(`http://${host}:${at.port}/t.csv`), 1, '- rows');
  is(at.seen.length, 0, 'requests');
  said(await p.load(`http://localhost:${at.port}/t.csv`), 1, "this machine's own address", '--allow-host localhost');
  said(await p.load('--allow-host', 'localhost', `http://localhost:${at.port}/t.csv`), 0, `${s.rows} rows`);
  said(await p.load('--allow-host', 'LOCALHOST', `http://localhost:${at.port}/t.csv`), 0);
  said(await p.load('--allow-host', 'localhost', `http://127.0.0.1:${at.port}/t.csv`, '--as', 'b'), 1, '--allow-host 127.0.0.1');
  said(await p.load('--allow-host', '127.0.0.1', `http://0x7f.1:${at.port}/t.csv`, '--as', 'c'), 0);
  await at.stop();
});

await test('a connection that is refused is never begun', async () => {
  let connections = 0;
  const listener = net.createServer(() => { connections++; }).listen(0, '127.0.0.1'), p = person({ allow: [] });
  await once(listener, 'listening');
  said(await p.load(`http://localhost:${listener.address().port}/t.csv`), 1);
  is(connections, 0, 'connections');
  listener.close();
});

await test('a host that is allowed does not allow where it redirects to', async () => {
  const at = await s.serve({ '/t.csv': (q, r) => s.to(`http://localhost:${at.port}/u.csv`)(q, r), '/u.csv': rest }), p = person();
  said(await p.load(`${at.url}/t.csv`), 1, "this machine's own address", '--allow-host localhost');
  is(at.seen.length, 1, 'requests');
  said(await p.load('--allow-host', 'localhost', `${at.url}/t.csv`), 0, `${s.rows} rows`);
  await at.stop();
});

for (const [address, why] of [['10.1.2.3', 'a private address'], ['172.31.0.1', 'a private address'], ['192.168.1.1', 'a private address'], ['169.254.169.254', 'metadata'],
  ['169.254.1.1', 'link-local'], ['100.64.0.1', 'shared'], ['224.0.0.1', 'multicast'], ['[fd00:ec2::254]', 'metadata'], ['[fe80::1]', 'link-local'], ['[fc00::1]', 'a private address']])
  await test(`${address} is refused`, async () => {
    const from = Date.now();
    said(await person().load(`http://${address}/t.csv`), 1, why);
    yes(Date.now() - from < 1000, 'it was tried');
  });

await test('what is no http or https address', async () => {
  const p = person();
  for (const url of ['file:///etc/passwd', 'ftp://127.0.0.1/t.csv', 'gopher://127.0.0.1/', 'HTTP+UNIX://x/', 'dict://127.0.0.1/'])
    said(await p.load(url), 2, 'only http:// and https://');
  said(await p.load('http://'), 2, 'error');
  said(await p.load('http://me:secret@127.0.0.1/t.csv'), 1, 'name or a password', '- secret@');
  said(await p.load('http://127.0.0.1:99999/t.csv'), 2, 'error');
});

await test('the name of a dataset is the last part of its address', async () => {
  const at = await s.serve({ '*': rest }), p = person();
  said(await p.load(`${at.url}/Some%20data/HT_2013.csv?x=1&y=/z.csv#part`), 0, 'ht_2013: ');
  is(at.seen[0].url, '/Some%20data/HT_2013.csv?x=1&y=/z.csv', 'what was asked for');
  said(await p.load(`${at.url}/`), 0, 't_127_0_0');
  said(await p.load(`${at.url}/other/HT_2013.csv`), 2, 'the name ht_2013 is taken');
  await at.stop();
});

await test('nothing is sent that was not meant: no cookies, no .netrc, no .curlrc', async () => {
  const at = await s.serve({ '/t.csv': s.to('/u.csv', 302, { 'Set-Cookie': 'a=b; Path=/' }), '/u.csv': rest }), p = person();
  fs.writeFileSync(path.join(p.home, '.netrc'), 'machine 127.0.0.1 login me password secret\n', { mode: 0o600 });
  fs.writeFileSync(path.join(p.home, '.curlrc'), 'header = "X-Rc: 1"\nuser = me:secret\n');
  said(await p.load(`${at.url}/t.csv`), 0);
  for (const { headers } of at.seen) {
    yes(/^datajam\/\d+\.\d+\.\d+$/.test(headers['user-agent']), `User-Agent ${headers['user-agent']}`);
    is(Object.keys(headers).sort().join(), 'accept,accept-encoding,host,user-agent', 'headers');
  }
  await at.stop();
});

// ---- Proxies ----

await test('a proxy that is asked for is used, and knows no key of a tunnel', async () => {
  let connects = '';
  const tunnel = net.createServer((c) => { c.on('data', (d) => { connects += d; c.end('HTTP/1.1 502 no\r\n\r\n'); }); c.on('error', () => {}); }).listen(0, '127.0.0.1');
  await once(tunnel, 'listening');
  const proxy = await s.serve({ '*': rest }), p = person({ allow: [], tries: 1 });
  p.env = { http_proxy: proxy.url, https_proxy: `http://127.0.0.1:${tunnel.address().port}` };
  said(await p.load('http://data.example/t.csv'), 0, `${s.rows} rows`);
  is(proxy.seen[0].url, 'http://data.example/t.csv', 'what the proxy was asked for');
  p.secret('data.example', 'k', 'k3y-PLANTED-1');
  p.manifest('u', { tables: [{ name: 'u', source: { url: 'https://data.example/u.csv', auth: { header: 'X-Key', secret: 'k' } } }] });
  said(await p.load('u'), 1);
  yes(connects.startsWith('CONNECT data.example:443 ') && !connects.includes('PLANTED'), `the proxy was sent ${connects}`);
  tunnel.close();
  await proxy.stop();
});

await test('a proxy opens no way to what is refused without one', async () => {
  const proxy = await s.serve({ '*': rest }), p = person({ allow: [] });
  p.env = { http_proxy: proxy.url, all_proxy: proxy.url };
  for (const host of ['127.0.0.1', 'localhost', 'a.localhost', '169.254.169.254', '0x7f.1', '[::1]', '10.0.0.1'])
    said(await p.load(`http://${host}/t.csv`), 1, 'no address of the open network');
  is(proxy.seen.length, 0, 'requests');
  said(await p.load('--allow-host', '10.0.0.1', 'http://10.0.0.1/t.csv'), 0);
  await proxy.stop();
});

await test('no_proxy is heeded, and then addresses are checked', async () => {
  const proxy = await s.serve({ '*': rest }), at = await s.serve({ '/t.csv': rest });
  for (const without of ['*', 'localhost', 'a.b, localhost', '.localhost,x', 'LOCALHOST']) {
    const p = person({ allow: [] });
    p.env = { http_proxy: proxy.url, no_proxy: without };
    said(await p.load(`http://localhost:${at.port}/t.csv`), 1, "this machine's own address");
    said(await p.load('--allow-host', 'localhost', `http://localhost:${at.port}/t.csv`), 0);
  }
  const p = person();
  p.env = { http_proxy: proxy.url, NO_PROXY: '10.0.0.0/8,127.0.0.0/8' };
  said(await p.load(`${at.url}/t.csv`), 0);
  is(proxy.seen.length, 0, 'requests to the proxy');
  await proxy.stop();
  await at.stop();
});

await test('HTTP_PROXY in capitals is not heeded: a web server sets it from a header of a stranger\'s', async () => {
  const proxy = await s.serve({ '*': rest }), at = await s.serve({ '/t.csv': rest }), p = person();
  p.env = { HTTP_PROXY: proxy.url };
  said(await p.load(`${at.url}/t.csv`), 0);
  is(proxy.seen.length, 0, 'requests to the proxy');
  await proxy.stop();
  await at.stop();
});

end();
