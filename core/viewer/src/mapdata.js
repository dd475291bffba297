// What the map draws, from a layer's rows or from the leads in sight: shapes on a plane of 1000 by 640, colours, legend, notes.
import { geoConicConformal, geoPath } from 'd3-geo';
import { frame, leads, shown } from './data.js';
import { cell, count } from './format.js';
import { along, bounds, colourScale, theme } from './palette.js';
import { around, boundaryOf, provinceByCode, provinces } from './regions.js';
import { language, plain, provinceAt, runName, t } from './state.js';

export const WIDE = 1000, TALL = 640;
const MOST_CODES = 40; // codes without a boundary that are named

// Lambert's conformal conic with Statistics Canada's parallels, fitted to where people live.
const edges = { type: 'MultiPoint', coordinates: [[-141, 60], [-52, 47], [-83, 41.5], [-61, 67], [-125, 72], [-95, 74]] };
export const projection = geoConicConformal().parallels([49, 77]).rotate([96, 0]).fitExtent([[20, 20], [WIDE - 20, TALL - 20]], edges);
const path = geoPath(projection);
export const outlines = provinces.map((p) => ({ code: p.code, path: new Path2D(path(p.shape)) }));
export const neighbours = new Path2D(path(around));

const nameOf = (code) => provinceByCode.get(code)[language.value];
const ramp = (legend) => ({ low: legend.low, high: legend.high, colours: Array.from({ length: 24 }, (_, i) => along(legend.stops, i / 23)) });

function place(lat, lon) {
	if (lat === null || lon === null || Math.abs(lat) > 90) return null;
	const at = projection([lon, lat]);
	return at && Number.isFinite(at[0]) && Number.isFinite(at[1]) ? at : null;
}

// The leads that the filters keep: provinces by how many, points where they are.
export function leadsModel(rows) {
	const look = theme(), per = new Map(), points = [];
	for (const i of rows) {
		const code = provinceAt(i), point = leads[i].point;
		if (code) per.set(code, (per.get(code) ?? 0) + 1);
		const at = point && place(point[0], point[1]);
		if (at) points.push({ x: at[0], y: at[1], r: 4, colour: look.of('hot'), lead: i, tip: [plain(leads[i].title), runName(leads[i].run)] });
	}
	const most = Math.max(1, ...per.values());
	const scale = { low: 1, high: most, stops: look.ramp };
	const fills = new Map([...per].map(([code, n]) => [code, { colour: along(look.ramp, most > 1 ? (n - 1) / (most - 1) : 0.3), tip: [nameOf(code), n === 1 ? t('leadIn') : t('leadsIn', { n: count(n) })] }]));
	const without = rows.filter((i) => !provinceAt(i) && !leads[i].point).length;
	return { fills, points, arcs: [], areas: [], legend: null, ramp: per.size ? ramp(scale) : null, rampName: '', notes: without ? [t('noPlaceRows', { n: count(without) })] : [], codes: [], columns: null };
}

const numbers = (legend) => legend && !Array.isArray(legend);

// Distinct values of the time channel, for the slider.
export function stepsOf(layer) {
	const column = layer.spec.time && frame(layer, 'data').column(layer.spec.time);
	return column ? [...new Set(column.cells.filter((v) => v !== null).map((v) => String(v).slice(0, 10)))].sort() : [];
}

export function layerModel(layer, step) {
	const data = frame(layer, 'data'), spec = layer.spec, look = theme();
	const column = (name) => (name ? data.column(name) : undefined);
	const by = column(spec.color), sized = column(spec.size), label = column(spec.label), time = column(spec.time);
	const regional = layer.kind === 'regions' ? column('region')?.cells.map(boundaryOf) ?? [] : null;
	// What has no boundary (a total of the country, say) is not drawn and does not stretch the colours.
	const ranged = by && regional ? { ...by, cells: by.cells.filter((_, i) => regional[i]) } : by;
	const colour = colourScale(ranged, spec.palette, (n) => t('otherNames', { n }));
	const sizes = sized && bounds(sized.cells);
	const share = (i) => (sizes ? Math.sqrt(Math.max(0, (sized.cells[i] ?? 0) - Math.min(0, sizes[0])) / Math.max(1e-9, sizes[1] - Math.min(0, sizes[0]))) : 0.35);
	const fill = (i) => (by ? colour.color(by.cells[i]) : look.of('accent'));
	const tips = (spec.tooltip ?? shown(data)).map(column).filter((c) => c && c.name !== 'geometry');
	const tip = (i) => [label ? cell(label.cells[i]) : null, ...tips.map((c) => `${c.name}: ${cell(c.cells[i])}`)].filter(Boolean);
	const out = { fills: new Map(), points: [], arcs: [], areas: [], legend: Array.isArray(colour.legend) ? colour.legend : null, ramp: numbers(colour.legend) ? ramp(colour.legend) : null, rampName: spec.color, notes: [], codes: [], density: layer.kind === 'density' };
	const missing = new Set();
	let twice = false, nowhere = 0, invalid = 0;
	for (let i = 0; i < data.rows; i++) {
		if (step && time && String(time.cells[i] ?? '').slice(0, 10) !== step) continue;
		if (layer.kind === 'regions') {
			const region = column('region')?.cells[i], code = regional[i];
			if (!code) { missing.add(region === null || region === undefined ? '' : String(region)); continue; }
			twice ||= out.fills.has(code);
			out.fills.set(code, { colour: fill(i), tip: [nameOf(code), ...tip(i)] });
		} else if (layer.kind === 'arcs') {
			const from = place(column('from_lat')?.cells[i] ?? null, column('from_lon')?.cells[i] ?? null), to = place(column('to_lat')?.cells[i] ?? null, column('to_lon')?.cells[i] ?? null);
			if (!from || !to) nowhere++;
			else out.arcs.push({ from, to, wide: 1 + 5 * share(i), colour: fill(i), row: i });
		} else if (layer.kind === 'areas') {
			try {
				const drawn = path(JSON.parse(column('geometry').cells[i]));
				if (drawn) out.areas.push({ path: new Path2D(drawn), colour: fill(i), row: i });
				else invalid++;
			} catch { invalid++; }
		} else {
			const at = place(column('lat')?.cells[i] ?? null, column('lon')?.cells[i] ?? null);
			if (!at) nowhere++;
			else out.points.push({ x: at[0], y: at[1], r: 2.5 + 9 * (sizes ? share(i) : 0.15), colour: fill(i), weight: layer.kind === 'density' && sized ? Math.max(0, +(sized.cells[i] ?? 0)) : 1, row: i });
		}
	}
	out.tip = tip;
	if (out.density) { out.ramp = { low: t('few'), high: t('many'), colours: ramp({ low: 0, high: 1, stops: look.ramp }).colours }; out.legend = null; out.rampName = ''; }
	if (sizes && !out.density && layer.kind !== 'regions') out.notes.push(t(layer.kind === 'arcs' ? 'wider' : 'sized', { what: spec.size, low: cell(sizes[0]), high: cell(sizes[1]) }));
	if (twice) out.notes.push(t('twice'));
	if (nowhere) out.notes.push(t('noPlaceRows', { n: count(nowhere) }));
	if (invalid) out.notes.push(t('notValid', { n: count(invalid) }));
	out.codes = [...missing].filter(Boolean);
	out.some = out.codes.slice(0, MOST_CODES);
	return out;
}

// The leads' layer first, when any lead has a place; then what plugins gave.
export function layersOf(runs) {
	const placed = leads.some((l, i) => l.point || provinceAt(i));
	const own = placed ? [{ id: 'leads', title: () => t('leadsLayer') }] : [];
	return own.concat(runs.flatMap((run) => run.layers.map((layer) => ({ id: `${run.id}-${layer.name}`, title: () => plain(layer.title), run, layer }))));
}
