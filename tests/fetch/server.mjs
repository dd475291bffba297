// A server that misbehaves as it is told to. serve({ '/path': (req, res, visit) => ... }) gives its address; `visit` counts
// from 1 the requests for that path; seen holds each request. Ports are chosen by the system.
import http from 'node:http';
import { once } from 'node:events';

export async function serve(pages, host = '127.0.0.1', make = (f) => http.createServer(f)) {
  const seen = [], visits = {}, sockets = new Set();
  const server = make((req, res) => {
    const path = req.url.split('?')[0];
    visits[path] = (visits[path] ?? 0) + 1;
    seen.push({ url: req.url, method: req.method, headers: req.headers });
    res.on('error', () => {});
    const page = pages[path] ?? pages['*'];
    if (page) page(req, res, visits[path]);
    else { res.writeHead(404, { 'Content-Type': 'text/html' }); res.end('<h1>a,b\n1,2\n</h1>'); }
  });
  server.on('connection', (s) => { sockets.add(s); s.on('close', () => sockets.delete(s)); s.on('error', () => {}); });
  server.on('clientError', (e, s) => s.destroy());
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address();
  return {
    port, seen, visits, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    stop() { for (const s of sockets) s.destroy(); return new Promise((done) => server.close(done)); },
  };
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// The table that all of this is about: some 390 kB, so that it comes in several pieces.
export const rows = 20000;
export const table = (seed = 1) =>
  'id,place,n\n' + Array.from({ length: rows }, (_, i) => `${i},place ${(i * 7919 + seed) % 1000},${(i * seed) % 97}\n`).join('');

// ---- Pages that behave ----

export const plain = (body, headers = {}) => (req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/csv', 'Content-Length': Buffer.byteLength(body), ...headers });
  res.end(body);
};

// Answers conditional requests and Range with If-Range as a good server does.
export const good = (body, tag = '"one"', modified = 'Mon, 01 Jan 2024 00:00:00 GMT') => (req, res) => {
  const all = Buffer.from(body), h = req.headers, known = { ETag: tag, 'Last-Modified': modified };
  if (h['if-none-match'] === tag) { res.writeHead(304, known); return res.end(); }
  const from = Number(h.range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
  if (from && (!h['if-range'] || h['if-range'] === tag) && from < all.length) {
    res.writeHead(206, { ...known, 'Content-Range': `bytes ${from}-${all.length - 1}/${all.length}`, 'Content-Length': all.length - from });
    return res.end(all.subarray(from));
  }
  res.writeHead(200, { ...known, 'Content-Type': 'text/csv', 'Content-Length': all.length });
  return res.end(all);
};

export const to = (where, status = 302, headers = {}) => (req, res) => { res.writeHead(status, { Location: where, ...headers }); res.end(); };
export const status = (code, headers = {}, body = '') => (req, res) => { res.writeHead(code, headers); res.end(body); };

// The first of these pages for the first visit, and so on; the last one for all after it.
export const turns = (...pages) => (req, res, visit) => pages[Math.min(visit, pages.length) - 1](req, res, visit);

// ---- Pages that do not ----

const known = { ETag: '"one"', 'Last-Modified': 'Mon, 01 Jan 2024 00:00:00 GMT' };

// Says the whole length, sends `n` bytes, and hangs up.
export const cut = (body, n, headers = known) => (req, res) => {
  res.writeHead(200, { 'Content-Length': Buffer.byteLength(body), ...headers });
  res.write(Buffer.from(body).subarray(0, n), () => setTimeout(() => res.socket?.destroy(), 30));
};
export const cutChunked = (body, n, headers = known) => (req, res) => {
  res.writeHead(200, { 'Transfer-Encoding': 'chunked', ...headers });
  res.write(Buffer.from(body).subarray(0, n), () => setTimeout(() => res.socket?.destroy(), 30));
};
export const stall = (body, n, headers = known) => (req, res) => {
  res.writeHead(200, { 'Content-Length': Buffer.byteLength(body), ...headers });
  res.write(Buffer.from(body).subarray(0, n));
};
// Says nothing of a length: the end of the connection is the end of the file.
export const untilClose = (body, n = body.length) => (req, res) => {
  res.socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\n\r\n');
  res.socket.end(Buffer.from(body).subarray(0, n));
};
export const endlessly = (code, headers) => (req, res) => {
  const more = () => { while (res.socket && !res.destroyed && res.write('1,2,3\n'.repeat(10000))); };
  res.writeHead(code, headers);
  res.on('drain', more);
  more();
};
export const endless = endlessly(200, { 'Content-Type': 'text/csv' });
export const raw = (text) => (req, res) => { res.socket.write(text); };
export const slowHeaders = (req, res) => {
  res.socket.write('HTTP/1.1 200 OK\r\n');
  const timer = setInterval(() => res.socket?.write('X-A: 1\r\n'), 60);
  res.socket.on('close', () => clearInterval(timer));
};
export const hugeHeaders = (req, res) => {
  res.socket.write('HTTP/1.1 200 OK\r\n');
  const more = () => { while (res.socket && !res.socket.destroyed && res.socket.write(`X-Long: ${'a'.repeat(8000)}\r\n`)); };
  res.socket.on('drain', more);
  more();
};
