// Charts by Observable Plot. A view's spec is data: a mark's type and names of columns, both from the lists below. Nothing in it is run.
import { useEffect, useRef } from 'preact/hooks';
import { plot, areaY, barX, barY, cell, dot, line, rect, rectX, rectY, ruleX, ruleY, text, tickX, tickY } from '@observablehq/plot';
import { CATEGORIES, along, bounds, colourScale, theme } from './palette.js';
import { dark, language, plain, t } from './state.js';
import { Empty, Legend } from './parts.jsx';

const LONG = 26; // letters of a category that an axis shows
const MARKS = new Set(['line', 'area', 'bar', 'dot', 'rule', 'tick', 'cell', 'text']);
const ISO = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?$/;

// What an axis is: "number", "time" (ISO text) or "category", over all columns that are drawn against it.
function axisType(columns) {
	const cells = columns.flatMap((c) => c.cells.filter((v) => v !== null));
	if (columns.every((c) => c.type === 'integer' || c.type === 'real')) return 'number';
	return cells.length && cells.every((v) => typeof v === 'string' && ISO.test(v)) ? 'time' : 'category';
}

// Instants without a zone are read as UTC, as datajam does everywhere.
function time(v) {
	const iso = v.replace(' ', 'T');
	return new Date(iso.length > 10 && !/(Z|[+-]\d{2}:\d{2})$/.test(iso) ? iso + 'Z' : iso);
}
const reader = (type) => (type === 'time' ? (v) => (v === null ? null : time(v)) : type === 'number' ? (v) => (v === null ? null : +v) : (v) => (v === null ? null : String(v)));

function axis(spec, name, data, marks) {
	const own = spec[name]?.column;
	const used = marks.flatMap((m) => [m[name], m[name + '1'], m[name + '2']]).concat(own);
	const columns = [...new Set(used)].filter(Boolean).map((c) => data.column(c)).filter(Boolean);
	const type = columns.length ? axisType(columns) : 'number';
	const read = reader(type);
	const whole = type === 'number' && columns.every((c) => c.type === 'integer');
	const range = type === 'number' ? bounds(columns.flatMap((c) => c.cells)) : null;
	const years = whole && range && range[0] >= 1900 && range[1] <= 2100;
	return { own, type, read, years, whole, label: spec[name]?.label === null ? null : plain(spec[name]?.label) || own || null, log: spec[name]?.log && range && range[0] > 0, zero: spec[name]?.zero, reverse: spec[name]?.reverse };
}

const gap = (values) => {
	const sorted = [...new Set(values.map(Number))].sort((a, b) => a - b);
	let least = Infinity;
	for (let i = 1; i < sorted.length; i++) least = Math.min(least, sorted[i] - sorted[i - 1]);
	return Number.isFinite(least) ? least : 0;
};

// One mark of the spec as one or more marks of Plot, and its line in the legend.
function drawMark(m, place, X, Y, data, look, colour, facet) {
	const column = (name) => (name ? data.column(name) : undefined);
	const where = column(m.where);
	const need = [m.x ?? (m.x1 ? null : X.own), m.y ?? (m.y1 ? null : Y.own)].map(column);
	const index = [];
	for (let i = 0; i < data.rows; i++) {
		if (where && !where.cells[i]) continue;
		if (m.type !== 'line' && m.type !== 'area' && need.some((c) => c && c.cells[i] === null)) continue;
		index.push(i);
	}
	const values = (name, A) => { const c = column(name); return c && index.map((i) => A.read(c.cells[i])); };
	const x = values(m.x ?? X.own, X), y = values(m.y ?? Y.own, Y);
	const x1 = values(m.x1, X), x2 = values(m.x2, X), y1 = values(m.y1, Y), y2 = values(m.y2, Y);
	const by = column(m.color);
	const scale = by && colour(by);
	const own = look.categories[place % CATEGORIES];
	const fill = scale ? index.map((i) => scale.color(by.cells[i])) : own;
	const sized = column(m.size), sizes = sized && bounds(sized.cells);
	const radius = sizes ? index.map((i) => 2 + 10 * Math.sqrt(Math.max(0, (sized.cells[i] ?? sizes[0]) - Math.min(0, sizes[0])) / Math.max(1e-9, sizes[1] - Math.min(0, sizes[0])))) : 3.5;
	const rest = facet ? { fx: index.map((i) => String(facet.cells[i])) } : {};
	const z = by && index.map((i) => String(by.cells[i]));
	const same = { ...rest, clip: false };
	if (!index.length) return [];
	switch (m.type) {
	case 'line':
		return [line(index, { x, y, z, stroke: fill, strokeWidth: m.dash ? 1.6 : 2, strokeDasharray: m.dash ? '5,4' : undefined, strokeLinejoin: 'round', ...same })];
	case 'area':
		return [areaY(index, y1 || y2 ? { x, y1: y1 ?? y, y2: y2 ?? y, z, fill, fillOpacity: 0.28, ...same } : { x, y, z, fill, fillOpacity: 0.5, ...same })];
	case 'bar': {
		if (x1 && x2 && y1 && y2) return [rect(index, { x1, x2, y1, y2, fill, ...same })];
		if (Y.type === 'category') return [barX(index, x1 && x2 ? { x1, x2, y, fill, ...same } : { x, y, fill, ...same })];
		if (X.type === 'category') return [barY(index, y1 && y2 ? { x, y1, y2, fill, ...same } : { x, y, fill, ...same })];
		if (x1 && x2) return [rectY(index, { x1, x2, y, fill, inset: 0.5, ...same })];
		if (y1 && y2 && !x) return [rectX(index, { y1, y2, x, fill, inset: 0.5, ...same })];
		// A bar against time lasts until the next one; against a number it stands around its place.
		const step = gap(x) || (X.type === 'time' ? 864e5 : 1), sorted = [...new Set(x.map(Number))].sort((a, b) => a - b);
		const next = new Map(sorted.map((v, i) => [v, sorted[i + 1] ?? v + step]));
		const from = x.map((v) => (X.type === 'time' ? v : v - step / 2)), to = x.map((v) => (X.type === 'time' ? new Date(next.get(+v)) : v + step / 2));
		return [rectY(index, { x1: from, x2: to, ...(y1 && y2 ? { y1, y2 } : { y }), fill, inset: 0.5, ...same })];
	}
	case 'dot':
		return [dot(index, { x, y, r: radius, fill, stroke: look.of('card'), strokeWidth: 1, ...same })];
	case 'rule':
		if (m.y && !m.x && !m.x1) return [ruleY(index, { y, stroke: fill, strokeDasharray: m.dash ? '5,4' : undefined, ...same })];
		if (m.x1 || m.x2) return [ruleY(index, { y, x1, x2, stroke: fill, strokeWidth: 4, strokeLinecap: 'round', strokeOpacity: 0.6, ...same })];
		if (m.x && !m.y && !m.y1) return [ruleX(index, { x, stroke: fill, strokeDasharray: m.dash ? '5,4' : undefined, ...same })];
		return [ruleX(index, { x, ...(y1 || y2 ? { y1, y2 } : { y }), stroke: fill, ...same })];
	case 'tick':
		return [Y.type === 'category' ? tickX(index, { x, y, stroke: fill, strokeWidth: 2, ...same }) : tickY(index, { x, y, stroke: fill, strokeWidth: 2, ...same })];
	case 'cell':
		return [cell(index, { x: x?.map(String), y: y?.map(String), fill, inset: 0.5, ...same })];
	case 'text': {
		const words = column(plain(m.label));
		return words ? [text(index, { x, y, text: index.map((i) => String(words.cells[i] ?? '')), fill: look.of('ink'), stroke: look.of('card'), strokeWidth: 3, ...(Y.type === 'category' ? { dx: 5, textAnchor: 'start' } : { dy: -9 }), ...same })] : [];
	}
	default:
		return [];
	}
}

const ticks = (A) => (A.years ? (v) => String(v) : undefined);

function scaleOf(A, data, discrete, axisName) {
	const base = { label: A.label, labelAnchor: discrete || A.type === 'category' ? (axisName === 'y' ? 'top' : 'right') : undefined, labelArrow: discrete || A.type === 'category' ? 'none' : undefined, reverse: A.reverse || undefined, tickFormat: ticks(A) };
	if (discrete || A.type === 'category') {
		const column = A.own && data.column(A.own);
		const domain = column && [...new Set(column.cells.filter((v) => v !== null).map(String))];
		return { ...base, type: 'band', domain, tickFormat: (v) => (String(v).length > LONG ? String(v).slice(0, LONG - 1) + '…' : String(v)) };
	}
	if (A.type === 'time') return { ...base, type: 'utc' };
	return { ...base, type: A.log ? 'log' : 'linear', zero: A.zero && !A.log ? true : undefined, nice: !A.years, grid: true };
}

// The plot and its legend; throws when the spec can not be drawn. null: no row has a value.
function make(spec, data, width, title) {
	const look = theme();
	const marks = (spec.marks ?? []).filter((m) => MARKS.has(m.type)).slice(0, 12);
	const X = axis(spec, 'x', data, marks), Y = axis(spec, 'y', data, marks);
	const facet = spec.facet && data.column(spec.facet);
	const discrete = marks.some((m) => m.type === 'cell');
	const scales = new Map();
	const colour = (c) => { if (!scales.has(c.name)) scales.set(c.name, colourScale(c, spec.palette, (n) => t('otherNames', { n }))); return scales.get(c.name); };
	const drawn = marks.map((m, i) => drawMark(m, i, X, Y, data, look, colour, facet));
	if (!drawn.some((d) => d.length)) return null;
	const names = [X, Y].map((A) => (A.type === 'category' || discrete ? Math.max(0, ...(A.own ? data.column(A.own)?.cells ?? [] : []).map((v) => Math.min(LONG, String(v ?? '').length))) : 0));
	const categories = Y.own && (Y.type === 'category' || discrete) ? new Set(data.column(Y.own)?.cells).size : 0;
	const made = plot({
		className: 'fig', width, height: categories ? Math.min(900, 70 + categories * 26) : width < 500 ? 260 : 300,
		marginLeft: names[1] ? Math.min(width * 0.4, 20 + names[1] * 6.6) : 56, marginRight: 28, marginTop: 28, marginBottom: names[0] > 8 ? 76 : 42,
		x: { ...scaleOf(X, data, discrete, 'x'), tickRotate: names[0] > 8 ? -35 : 0 }, y: scaleOf(Y, data, discrete, 'y'),
		fx: facet ? { label: spec.facet } : undefined, color: { type: 'identity' }, r: { type: 'identity' },
		marks: [...drawn.flat(), ...(Y.zero && !Y.log && Y.type === 'number' ? [ruleY([0], { stroke: look.of('mut') })] : [])]
	});
	for (const style of made.querySelectorAll('style')) style.remove();
	for (const part of made.querySelectorAll('[aria-label],[aria-description],[aria-hidden]')) for (const name of ['aria-label', 'aria-description', 'aria-hidden']) part.removeAttribute(name);
	made.setAttribute('role', 'img');
	made.setAttribute('aria-label', title);
	const entries = marks.flatMap((m, i) => (m.type === 'text' || m.color || !plain(m.label) || !drawn[i].length ? [] : [[look.categories[i % CATEGORIES], plain(m.label), m.type === 'area' ? 'area' : m.dash ? 'dash' : m.type === 'dot' ? 'dot' : 'line']]));
	for (const s of scales.values()) if (Array.isArray(s.legend)) entries.push(...s.legend);
	const ramp = [...scales.values()].map((s) => s.legend).find((l) => l && !Array.isArray(l));
	return { made, entries, ramp: ramp && { low: ramp.low, high: ramp.high, colours: Array.from({ length: 24 }, (_, i) => along(ramp.stops, i / 23)) } };
}

export function Chart({ view, data, title }) {
	const box = useRef();
	const spec = view.spec;
	void dark.value;
	let legend = null, problem = null;
	if (!data.rows) return <Empty>{t('nothing')}</Empty>;
	try {
		legend = make(spec, data, 600, title);
		if (!legend) problem = t('nothingKept');
	} catch (error) {
		problem = t('drawFailed', { why: error.message });
	}
	useEffect(() => {
		if (problem || !box.current) return undefined;
		const draw = () => box.current.replaceChildren(make(spec, data, Math.max(280, box.current.clientWidth), title).made);
		const watch = new ResizeObserver(draw);
		draw();
		watch.observe(box.current);
		return () => watch.disconnect();
	}, [view, dark.value, language.value, problem]);
	if (problem) return <Empty>{problem}</Empty>;
	return <><div class="chart" ref={box} />{legend.ramp && <Legend ramp={legend.ramp} />}{legend.entries.length > 0 && <Legend entries={legend.entries} />}</>;
}

// When what happened, in lanes. Entries without a date are listed in words.
export function Timeline({ view, data, title }) {
	const spec = view.spec;
	const at = data.column(spec.at), until = spec.until && data.column(spec.until);
	if (!data.rows || !at) return <Empty>{t('nothing')}</Empty>;
	const dated = [], label = data.column(spec.label), undated = [];
	for (let i = 0; i < data.rows; i++) (at.cells[i] === null ? undated : dated).push(i);
	const columns = data.columns.map((c) => ({ ...c, cells: dated.map((i) => c.cells[i]) }));
	if (!data.column(spec.lane)) columns.push({ name: '', type: 'text', cells: dated.map(() => ' ') });
	if (until) columns.push({ name: '\u0000end', type: 'text', cells: dated.map((i) => until.cells[i] ?? at.cells[i]) });
	const kept = { rows: dated.length, columns, column: (name) => columns.find((c) => c.name === name) };
	const lane = data.column(spec.lane) ? spec.lane : '';
	const drawn = { spec: { x: { column: spec.at, label: null }, y: { column: lane, label: null }, palette: 'category', marks: [...(until ? [{ type: 'rule', y: lane, x1: spec.at, x2: '\u0000end', color: spec.color }] : []), { type: 'dot', color: spec.color }] } };
	return <>{dated.length ? <Chart view={drawn} data={kept} title={title} /> : <Empty>{t('timelineNone')}</Empty>}
		{undated.length > 0 && <p class="note">{t('noDateList')}: <bdi>{undated.slice(0, 20).map((i) => label?.cells[i] ?? i + 1).join(', ')}</bdi>{undated.length > 20 && ' … '}</p>}</>;
}
