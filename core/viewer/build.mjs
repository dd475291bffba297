// Bundles the page: node build.mjs FOLDER. FOLDER has node_modules (npm ci) and gets page.head and page.tail, between
// which core/report writes the data. Scripts and styles run by their hash alone (Content-Security-Policy).
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { regions } from './regions.mjs';

const out = resolve(process.argv[2] ?? '');
const here = dirname(fileURLToPath(import.meta.url));
const root = pathToFileURL(join(out, 'package.json'));
const { build } = createRequire(root)('esbuild');
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

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
		logLevel: 'warning'
	});
	// Neither may end its element early, and both must be escaped before they are hashed.
	return made.outputFiles[0].text.trim().replace(/<\/script/gi, '<\\/script').replace(/<!--/g, '<\\!--');
}

const script = await bundle('main.jsx');
const style = await bundle('style.css');
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
`;
const tail = `<script>${script}</script>
</body>
</html>
`;
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'page.head'), head);
writeFileSync(join(out, 'page.tail'), tail);
console.log(`viewer: ${Math.round((head.length + tail.length) / 1000)} kB (script ${Math.round(script.length / 1000)}, style ${Math.round(style.length / 1000)})`);
