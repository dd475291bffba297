// Runs `datajam load` of this build against a server of server.mjs, each test in a workspace and with a cache of its own.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import crypto from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';

const source = process.env.DJ_SOURCE ?? path.resolve('.');
export const build = process.env.DJ_BUILD ?? path.join(source, 'build/release');
const outer = fs.mkdtempSync(path.join(os.tmpdir(), 'datajam-fetch-'));
let passed = 0, failed = 0, count = 0;

export const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

// A person: a home with a cache and secrets, and a workspace. `fetch` is jam.json's.
export function person(fetch = {}) {
  const home = path.join(outer, String(++count)), jam = path.join(home, 'jam');
  fs.mkdirSync(jam, { recursive: true });
  const p = {
    home, jam, cache: path.join(home, 'cache/datajam'), env: {},
    settle(more = {}) {
      const set = { allow: ['127.0.0.1'], tries: 3, stall: 0.3, pause: 0.02, ...fetch, ...more };
      fs.writeFileSync(path.join(jam, 'jam.json'), JSON.stringify({ format: 1, title: 't', fetch: set }));
    },
    manifest(name, spec) {
      const folder = path.join(jam, 'datasets', name);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, 'dataset.json'), JSON.stringify({ format: 1, name, licence: '', source: '', ...spec }));
    },
    // The environment is only what is here: proxies of this machine are none of the tests'.
    start(...args) {
      const env = { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: path.join(home, 'cache'), XDG_CONFIG_HOME: path.join(home, 'config'),
        DJ_HOME: source, ASAN_OPTIONS: 'detect_leaks=1', ...p.env };
      const program = path.join(build, 'datajam'), [command, ...words] = p.trust ? [...trusting(p.trust), program, ...args] : [program, ...args];
      const child = spawn(command, words, { cwd: jam, env });
      const r = { child, out: '', err: '', code: null };
      child.stdout.on('data', (d) => { r.out += d; });
      child.stderr.on('data', (d) => { r.err += d; });
      r.done = new Promise((done) => child.on('close', (code, signal) => { r.code = code ?? signal; done(r); }));
      return r;
    },
    run: (...args) => p.start(...args).done,
    load: (...args) => p.start('load', ...args).done,
    // All files below the person's home but what the test itself put there.
    files: (below = '.') => list(path.join(home, below)),
    partials: () => list(path.join(p.cache, 'partial')),
    kept: () => list(path.join(p.cache, 'sha256')).map((f) => path.basename(f)),
    sources(name) { // meta "sources" of the snapshot, as it stands in the file
      const snapshot = fs.readdirSync(path.join(jam, '.datajam/snapshots')).find((f) => f.startsWith(`${name}@`));
      const text = fs.readFileSync(path.join(jam, '.datajam/snapshots', snapshot)).toString('latin1');
      return JSON.parse(text.match(/sources(\[\{"table".*?\}\])/)[1]);
    },
    secret(host, name, value, mode = 0o600) {
      const file = path.join(home, 'config/datajam/secrets', host, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, value, { mode });
      fs.chmodSync(file, mode);
      return file;
    },
  };
  p.settle();
  return p;
}

// A machine that trusts this certificate and no other, where one may be made.
const trusting = (cert) => ['unshare', '-rm', 'sh', '-c', 'mount --bind "$0" /etc/ssl/certs/ca-certificates.crt && exec "$@"', cert];
export const mayTrust = (cert) => spawnSync(trusting(cert)[0], [...trusting(cert).slice(1), 'true']).status === 0;

// A certificate of this name, made now: { key, cert } are files.
export function certificate(p, name) {
  const key = path.join(p.home, `${name}.key`), cert = path.join(p.home, `${name}.pem`);
  spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', cert]);
  return fs.existsSync(cert) ? { key, cert } : null;
}

function list(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile()).map((e) => path.join(e.parentPath ?? e.path, e.name)).sort();
}

export class Wrong extends Error {}
export function is(got, want, what) { if (got !== want) throw new Wrong(`${what ?? 'value'}: got ${got}, want ${want}`); }
export function yes(got, what) { if (!got) throw new Wrong(what); }

// Exit code, and texts that its talk holds; a text with "- " before it must not be there.
export function said(r, code, ...texts) {
  const all = r.out + r.err;
  if (r.code !== code) throw new Wrong(`exit ${r.code}, want ${code}\n${all}`);
  for (const t of texts) {
    const not = t.startsWith('- '), text = not ? t.slice(2) : t;
    if (all.includes(text) === not) throw new Wrong(`${not ? 'said' : 'did not say'} "${text}"\n${all}`);
  }
}

export async function test(what, f) {
  try {
    await f();
    passed++;
  } catch (e) {
    failed++;
    console.log(`WRONG ${what}\n  ${(e instanceof Wrong ? e.message : e.stack).replace(/\n/g, '\n  ')}`);
  }
}

export function end() {
  fs.rmSync(outer, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed || !passed ? 1 : 0);
}
