// Provinces and territories: their boundaries, and the many ways data names them.
import { geoBounds, geoContains } from 'd3-geo';
import { feature } from 'topojson-client';
import { block } from './data.js';

const topology = block('regions');
const canada = feature(topology, topology.objects.canada).features;
export const around = feature(topology, topology.objects.around);

// Two letters, code of the Standard Geographical Classification, English, French, other spellings.
const TABLE = [
	['NL', '10', 'Newfoundland and Labrador', 'Terre-Neuve-et-Labrador', 'Newfoundland', 'Terre-Neuve', 'Nfld'],
	['PE', '11', 'Prince Edward Island', 'Île-du-Prince-Édouard', 'PEI', 'Ile du Prince Edouard'],
	['NS', '12', 'Nova Scotia', 'Nouvelle-Écosse'],
	['NB', '13', 'New Brunswick', 'Nouveau-Brunswick'],
	['QC', '24', 'Quebec', 'Québec', 'PQ', 'Que'],
	['ON', '35', 'Ontario', 'Ontario', 'Ont'],
	['MB', '46', 'Manitoba', 'Manitoba', 'Man'],
	['SK', '47', 'Saskatchewan', 'Saskatchewan', 'Sask'],
	['AB', '48', 'Alberta', 'Alberta', 'Alta'],
	['BC', '59', 'British Columbia', 'Colombie-Britannique'],
	['YT', '60', 'Yukon', 'Yukon', 'Yukon Territory', 'YK'],
	['NT', '61', 'Northwest Territories', 'Territoires du Nord-Ouest', 'NWT'],
	['NU', '62', 'Nunavut', 'Nunavut']
];

const fold = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/\./g, '').replace(/[^a-z0-9]+/g, ' ').trim();
const alias = new Map();
const bySgc = new Map();
export const provinces = TABLE.map(([code, sgc, en, fr, ...more]) => {
	for (const name of [code, sgc, en, fr, 'CA ' + code, ...more]) alias.set(fold(name), code);
	bySgc.set(sgc, code);
	return { code, en, fr, shape: canada.find((f) => f.id === code) };
});
export const provinceByCode = new Map(provinces.map((p) => [p.code, p]));

/*
 * The province or territory that a region's code or name is, or '': "48", "AB", "CA-AB", "Alberta", "Alberta [48]",
 * and the DGUID of a province (year, "A0002", two digits).
 */
export function boundaryOf(region) {
	const text = String(region ?? '');
	const named = alias.get(fold(text));
	if (named) return named;
	const dguid = /^\d{4}A0002(\d{2})$/.exec(text.trim());
	if (dguid) return bySgc.get(dguid[1]) ?? '';
	const suffix = /^(.*?)\s*\[(\d+)\]$/.exec(text.trim());
	return suffix ? bySgc.get(suffix[2]) ?? '' : '';
}

// Where a smaller region lies: codes of the classification begin with their province ("Calgary, Alberta [48825]").
export function provinceOf(region) {
	const whole = boundaryOf(region);
	if (whole) return whole;
	const text = String(region ?? '').trim();
	const digits = /\[(\d{3,8})\]$/.exec(text) ?? /^(\d{4,8})$/.exec(text) ?? /^\d{4}[AS]\d{4}(\d{2,8})$/.exec(text);
	if (digits && !/^\d{4}S05/.test(text)) return bySgc.get(digits[1].slice(0, 2)) ?? '';
	const last = text.split(',').pop();
	return last === text ? '' : alias.get(fold(last.replace(/\[.*$/, ''))) ?? '';
}

const boxes = provinces.map((p) => geoBounds(p.shape)); // none crosses the antimeridian
const known = new Map(); // leads often share a place, and a boundary is long to walk

export function provinceAt(lat, lon) {
	const key = lat + ' ' + lon;
	if (known.has(key)) return known.get(key);
	const inside = ([[west, south], [east, north]]) => lon >= west && lon <= east && lat >= south && lat <= north;
	const found = provinces.find((p, i) => inside(boxes[i]) && geoContains(p.shape, [lon, lat]));
	known.set(key, found ? found.code : '');
	return known.get(key);
}

export function provinceOfLead(lead) {
	const named = lead.region ? provinceOf(lead.region) : '';
	if (named || !lead.point) return named;
	return provinceAt(lead.point[0], lead.point[1]);
}
