// The report in a real browser: it asks for nothing, breaks no policy, is accessible, and shows what it was given as text.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axe, breaches, open, report, withChromium } from './browser.mjs';

const HOSTILE = '</script><img src=x onerror="document.title=\'owned\'"><!--<script>alert(1)</script>';

async function clean({ page, wrong }, what) {
	assert.deepEqual(wrong, [], what);
	assert.deepEqual(await breaches(page), [], what);
}

// axe-core comes in through the browser's own protocol: the page's policy would not let it in as a script.
async function accessible({ page }, what) {
	await page.evaluate(readFileSync(axe(), 'utf8'));
	const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
	assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`), [], what);
}

const text = (page, selector) => page.locator(selector).innerText();
const everything = async (page) => { await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; }); await page.waitForTimeout(200); };

// How many colours the map has; read from a copy, so that the page's own canvas is left as it is.
function coloursOfMap() {
	const map = document.querySelector('canvas.map'), copy = document.createElement('canvas'), seen = new Set();
	copy.width = map.width;
	copy.height = map.height;
	const context = copy.getContext('2d', { willReadFrequently: true });
	context.drawImage(map, 0, 0);
	const data = context.getImageData(0, 0, copy.width, copy.height).data;
	for (let i = 0; i < data.length; i += 400) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
	return seen.size;
}

async function show(browser, folder) {
	const file = report('show', folder);
	const opened = await open(browser, file, { colorScheme: 'light' });
	const { page } = opened;
	assert.match(await page.title(), /Spring cohort, table 4 · Internal: do not share/);
	for (const said of [/Leads, not facts/, /Do not contact, confront or publish/, /1-833-900-1010/, /911/, /Cybertip\.ca/, /Organiser on duty, room 201/, /made data/])
		assert.match(await text(page, 'body'), said);

	// Leads: all of them, then those that a filter keeps.
	assert.match(await text(page, '.count'), /^348 of 348 leads$/);
	assert.ok((await page.locator('[role=option]').count()) > 5);
	const card = await text(page, '.card.lead');
	for (const said of [/Lead to check, not a finding of fact/, /not a chance of guilt/, /It could also be\s+Shops and taxis/i, /first 50 of 312 source rows/, /T1000/, /bank\.tx/])
		assert.match(card, said);
	await page.locator('.filters select').nth(1).selectOption('AB');
	assert.match(await text(page, '.count'), /^68 of 348 leads$/);
	await page.locator('.filters input[type=search]').fill('no such words anywhere');
	assert.match(await text(page, '.count'), /^0 of 348 leads$/);
	assert.match(await text(page, '.leads'), /No lead fits these filters/);
	await page.getByRole('button', { name: 'Clear' }).click();
	assert.match(await text(page, '.count'), /^348 of 348 leads$/);
	await page.locator('[role=listbox]').focus();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('End');
	await page.waitForTimeout(200);
	assert.equal(await page.locator('[role=option].on').count(), 1);
	await page.keyboard.press('Home');

	// Every layer draws, and codes without a boundary are named.
	const picker = page.locator('#map').locator('xpath=ancestor::section').locator('header select');
	const layers = await picker.locator('option').allInnerTexts();
	assert.deepEqual(layers, ['Leads by place', 'Reported incidents by province', 'Counters where cash came in', 'Where deposits are dense', 'Money between cities', 'A catchment'].sort((a, b) => layers.indexOf(a) - layers.indexOf(b)));
	for (const layer of layers) {
		await picker.selectOption({ label: layer });
		await page.waitForTimeout(100);
		const colours = await page.evaluate(coloursOfMap);
		assert.ok(colours > 3, `${layer} drew ${colours} colours`);
	}
	await picker.selectOption({ label: 'Reported incidents by province' });
	assert.match(await page.locator('.codes').innerText(), /2 codes without a boundary here/);

	// Every kind of view shows something, and one without rows says so.
	assert.ok((await page.locator('.fig').count()) >= 5);
	assert.equal(await page.locator('.fig style').count(), 0);
	assert.ok((await page.locator('svg.net circle').count()) === 40);
	assert.ok((await page.locator('svg.flow path').count()) >= 6);
	assert.match(await text(page, 'main'), /Nothing to draw: this view has no rows/);
	assert.match(await text(page, 'main'), /A \[link\]\(https:\/\/example\.invalid\) stands as text\./);
	assert.match(await text(page, 'main'), /attempt to divide a nil value/);
	assert.equal(await page.locator('a[href^=http]').count(), 0);
	await accessible(opened, 'light');
	await everything(page);
	await accessible(opened, 'all unfolded');

	// The data check: notes with the rows to look at, counts of columns, and no value of a column that points to a person.
	const helpLine = page.locator('article.dataset').filter({ has: page.locator('code', { hasText: 'help_line@' }) });
	const check = await helpLine.locator('.check').innerText();
	for (const said of [/Data check/, /a reason to look, not a mistake/, /courriel\s+Looks like personal data: e-mail addresses/, /lat, lon\s+1 row that would be in the right part of the world/, /row 2\b/, /1 row after the day of the load \(2026-01-02\)/, /call\s*key\s+integer/, /3 \(50%\)/])
		assert.match(check, said);
	assert.equal((await helpLine.locator('.check').innerHTML()).includes('example.org'), false);
	assert.equal(await helpLine.locator('.check td', { hasText: 'not shown: it may point to a person' }).count(), 2, 'an e-mail address, and an age band, which is protected');

	// French, and words that have none are marked.
	await page.getByRole('button', { name: 'Français' }).click();
	await page.waitForTimeout(200);
	assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr-CA');
	assert.match(await text(page, 'body'), /Des pistes, pas des faits/);
	assert.match(await text(page, '.card.lead'), /Commerces et taxis/);
	assert.match(await text(page, 'main'), /seulement en anglais/);
	assert.match(await helpLine.locator('.check').innerText(), /Contrôle des données[^]*Semble personnel : des adresses de courriel[^]*3 \(50.%\)/);
	await page.getByRole('button', { name: 'Sombre' }).click();
	await page.waitForTimeout(200);
	await accessible(opened, 'dark, French');
	await clean(opened, 'show');
	await opened.context.close();
}

async function phone(browser, folder) {
	const opened = await open(browser, report('show', folder), { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: 'dark' });
	assert.equal(await opened.page.evaluate(() => document.documentElement.scrollWidth), 390);
	assert.equal(await opened.page.evaluate(() => document.documentElement.dataset.theme), 'dark');
	await accessible(opened, 'phone');
	await clean(opened, 'phone');
	await opened.context.close();
}

async function hostile(browser, folder) {
	const opened = await open(browser, report('hostile', folder));
	const { page } = opened;
	await everything(page);
	assert.ok((await page.title()).startsWith(HOSTILE));
	assert.equal(await page.locator('h1').innerText(), HOSTILE);
	assert.equal(await page.locator('img, iframe, object, embed, form, base, link').count(), 0);
	assert.equal(await page.locator('script:not([type])').count(), 1);
	assert.equal(await page.locator('[onclick], [onerror], [href^=javascript]').count(), 0);
	const body = await page.locator('body').evaluate((b) => b.textContent);
	assert.ok(body.split(HOSTILE).length > 30, 'the hostile text stands as text in every place');
	assert.match(await text(page, '.card.lead'), /no longer in this workspace/);
	await accessible(opened, 'hostile');
	await clean(opened, 'hostile');
	await opened.context.close();
}

async function empty(browser, folder) {
	const opened = await open(browser, report('empty', folder));
	const said = await text(opened.page, 'body');
	for (const words of [/No plugin has run in this workspace yet/, /Nothing to draw on a map/, /No plugin gave a chart/, /No dataset is loaded/, /No run is recorded/])
		assert.match(said, words);
	assert.equal(await opened.page.locator('.filters, .card.lead').count(), 0, 'nothing to filter, nothing in hand');
	await accessible(opened, 'empty');
	await clean(opened, 'empty');
	await opened.context.close();
}

// Every way to name a province finds its boundary; what is none is named beside the map.
async function regions(browser, folder) {
	const opened = await open(browser, report('regions', folder));
	const { page } = opened;
	await everything(page);
	assert.equal(await text(page, '.codes p'), 'Canada [1], 48825, 2011S0503505, Atlantis');
	await accessible(opened, 'regions');
	await clean(opened, 'regions');
	await opened.context.close();
}

await withChromium(async (browser, folder) => {
	for (const test of [show, phone, hostile, empty, regions]) {
		await test(browser, folder);
		console.log(`ok ${test.name}`);
	}
});
