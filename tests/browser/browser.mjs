// What the tests of the page share: reports made by report_of, and Debian's Chromium, off line.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const build = resolve(process.env.DJ_BUILD ?? 'build/release');
const source = resolve(process.env.DJ_SOURCE ?? '../..');
const need = createRequire(pathToFileURL(join(build, 'viewer/package.json')));
const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const axe = () => need.resolve('axe-core/axe.min.js');

export async function withChromium(work) {
	if (!existsSync(CHROMIUM)) {
		console.log(`skipped: no ${CHROMIUM}`);
		return;
	}
	const { chromium } = need('playwright-core');
	const folder = mkdtempSync(join(tmpdir(), 'datajam-page-'));
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
	try {
		await work(browser, folder);
	} finally {
		await browser.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

export function report(name, folder) {
	const out = join(folder, `${name}.html`);
	execFileSync(join(build, 'tests/report_of'), [join(source, 'tests/report', `${name}.json`), out], { env: { ...process.env, DJ_SOURCE: source } });
	return out;
}

/*
 * Opens a file and watches it: every request but the file itself, console error, error of a script, breach of the policy
 * and dialog is kept in `wrong`.
 */
export async function open(browser, file, options = {}) {
	const context = await browser.newContext({ bypassCSP: false, locale: 'en-CA', viewport: { width: 1440, height: 900 }, ...options });
	const page = await context.newPage();
	const wrong = [];
	const url = pathToFileURL(file).href;
	page.on('request', (r) => { if (r.url() !== url) wrong.push(`request of ${r.url().slice(0, 120)}`); });
	page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') wrong.push(`console: ${m.text()}`); });
	page.on('pageerror', (e) => wrong.push(`error: ${e.message}`));
	page.on('dialog', (d) => { wrong.push(`dialog: ${d.message()}`); d.dismiss(); });
	await page.addInitScript(() => {
		window.breaches = [];
		document.addEventListener('securitypolicyviolation', (e) => window.breaches.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
	});
	await page.goto(url);
	for (let i = 0; i < 100 && !(await page.evaluate(() => document.documentElement.dataset.ready)); i++) await page.waitForTimeout(50);
	await page.waitForTimeout(300); // frames that were asked for
	return { page, wrong, context };
}

export const breaches = (page) => page.evaluate(() => window.breaches);
