// Colours by name of a CSS variable: Okabe and Ito for categories, six at most; light to dark by day, blue to yellow by night.
import { dark } from './state.js';

export const CATEGORIES = 6;

export function theme() {
	void dark.value; // whoever draws with these draws again when the theme changes
	const style = getComputedStyle(document.documentElement);
	const of = (name) => style.getPropertyValue('--' + name).trim();
	return { of, ramp: of('ramp').split(' '), diverging: of('diverging').split(' '), categories: of('cat').split(' '), other: of('other') };
}

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const hex = (rgb) => '#' + rgb.map((v) => Math.round(v).toString(16).padStart(2, '0')).join('');

// share 0 to 1 along the stops
export function along(stops, share) {
	const at = Math.max(0, Math.min(1, share)) * (stops.length - 1);
	const i = Math.min(stops.length - 2, Math.floor(at));
	const a = channels(stops[i]), b = channels(stops[i + 1]);
	return hex(a.map((v, k) => v + (b[k] - v) * (at - i)));
}

export const bounds = (values) => {
	let low = Infinity, high = -Infinity;
	for (const v of values) if (v !== null && Number.isFinite(+v)) { if (+v < low) low = +v; if (+v > high) high = +v; }
	return low <= high ? [low, high] : null;
};

/*
 * A scale from a column: { color(cell), legend: [[colour, text]] or { stops, low, high } }. Text columns are categories in
 * order of first appearance; the seventh and later are grey and said to be so.
 */
export function colourScale(column, palette, otherText) {
	const look = theme();
	if (!column) return { color: () => look.of('accent'), legend: null };
	const category = palette === 'category' || column.type === 'text' || column.type === 'list';
	if (category) {
		const names = [...new Set(column.cells.filter((v) => v !== null).map(String))];
		const first = names.length > CATEGORIES ? names.slice(0, CATEGORIES - 1) : names;
		const colour = new Map(first.map((name, i) => [name, look.categories[i]]));
		const legend = first.map((name) => [colour.get(name), name]);
		if (names.length > first.length) legend.push([look.other, otherText(names.length - first.length)]);
		return { color: (v) => colour.get(String(v)) ?? look.other, legend, names: first };
	}
	const range = bounds(column.cells);
	if (!range) return { color: () => look.other, legend: null };
	const [low, high] = palette === 'diverging' ? [-1, 1].map((s) => s * Math.max(Math.abs(range[0]), Math.abs(range[1]), 1e-9)) : range;
	const stops = palette === 'diverging' ? look.diverging : look.ramp;
	const share = (v) => (high > low ? (v - low) / (high - low) : 0.6);
	return { color: (v) => (v === null ? look.other : along(stops, share(+v))), legend: { stops, low, high } };
}
