// Networks and flows as plain SVG. What is too much to draw is said, and is in the tables below.
import { useMemo, useRef } from 'preact/hooks';
import { sankey, sankeyLinkHorizontal } from 'd3-sankey';
import { colourScale, bounds, theme } from './palette.js';
import { count } from './format.js';
import { dark, t } from './state.js';
import { Empty, Legend, useWidth } from './parts.jsx';

const NODES = 300; // drawn at most
const LABELS = 25;
const FLOWS = 120;
const WIDE = 900, TALL = 560; // the plane that nodes are laid out on

// Fruchterman and Reingold (1991), from a spiral, so that the same network looks the same every time.
function layout(n, links) {
	const x = new Float64Array(n), y = new Float64Array(n), far = Math.sqrt((WIDE * TALL) / Math.max(1, n)) * 0.75;
	for (let i = 0; i < n; i++) { const r = far * Math.sqrt(i + 0.5), a = i * 2.39996; x[i] = r * Math.cos(a); y[i] = r * Math.sin(a); }
	for (let turn = 0; turn < 220; turn++) {
		const heat = far * 0.9 * (1 - turn / 220) + 0.5, dx = new Float64Array(n), dy = new Float64Array(n);
		for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) {
			const a = x[i] - x[j], b = y[i] - y[j], d2 = a * a + b * b + 0.01, push = Math.min(4, (far * far) / d2);
			dx[i] += a * push; dy[i] += b * push; dx[j] -= a * push; dy[j] -= b * push;
		}
		for (const [i, j] of links) {
			const a = x[i] - x[j], b = y[i] - y[j], pull = Math.sqrt(a * a + b * b) / far;
			dx[i] -= a * pull; dy[i] -= b * pull; dx[j] += a * pull; dy[j] += b * pull;
		}
		for (let i = 0; i < n; i++) {
			dx[i] -= x[i] * 0.06; dy[i] -= y[i] * 0.1; // towards the middle, so that parts stay near
			const d = Math.hypot(dx[i], dy[i]) || 1, s = Math.min(d, heat) / d;
			x[i] += dx[i] * s; y[i] += dy[i] * s;
		}
	}
	return [x, y];
}

function fit(values, size, edge) {
	const range = bounds(values) ?? [0, 1], span = range[1] - range[0] || 1;
	return (v) => edge + ((v - range[0]) / span) * (size - 2 * edge);
}

function arrange(nodes, edges, spec) {
	const ids = nodes.column('node')?.cells.map(String) ?? [];
	const from = edges.column(spec.source ?? 'source'), to = edges.column(spec.target ?? 'target');
	const place = new Map(ids.map((id, i) => [id, i]));
	const all = [];
	for (let e = 0; e < edges.rows; e++) { const a = place.get(String(from?.cells[e])), b = place.get(String(to?.cells[e])); if (a !== undefined && b !== undefined) all.push([a, b, e]); }
	const degree = new Uint32Array(ids.length);
	for (const [a, b] of all) { degree[a]++; degree[b]++; }
	const drawn = ids.map((_, i) => i).sort((a, b) => degree[b] - degree[a] || a - b).slice(0, NODES);
	const index = new Map(drawn.map((i, k) => [i, k]));
	const links = all.filter(([a, b]) => index.has(a) && index.has(b)).map(([a, b, e]) => [index.get(a), index.get(b), e]);
	const fx = nodes.column('x'), fy = nodes.column('y');
	const [x, y] = fx && fy ? [drawn.map((i) => +fx.cells[i]), drawn.map((i) => -fy.cells[i])] : layout(drawn.length, links);
	return { ids, degree, drawn, links, x, y };
}

export function Network(props) {
	const box = useRef(), wide = useWidth(box, 320);
	return <div ref={box}>{props.nodes.rows ? <Drawn {...props} wide={wide} /> : <Empty>{t('noNodes')}</Empty>}</div>;
}

function Drawn({ view, nodes, edges, title, wide }) {
	const spec = view.spec, tall = wide < 600 ? 380 : TALL;
	const net = useMemo(() => arrange(nodes, edges, spec), [view]);
	void dark.value;
	const look = theme(), by = spec.color && nodes.column(spec.color);
	const colour = colourScale(by, by?.type === 'real' ? 'sequential' : 'category', (n) => t('otherNames', { n }));
	const size = spec.size && nodes.column(spec.size), most = size ? bounds(size.cells)?.[1] || 1 : Math.max(1, ...net.degree);
	const radius = (i) => 4 + 8 * Math.sqrt(Math.max(0, size ? size.cells[i] ?? 0 : net.degree[i]) / most);
	const name = (i) => String((spec.label && nodes.column(spec.label)?.cells[i]) ?? net.ids[i]);
	const sx = fit(net.x, wide, wide < 600 ? 20 : 60), sy = fit(net.y, tall, 24), at = net.drawn.map((_, k) => [sx(net.x[k]), sy(net.y[k])]);
	const weight = edges.column('weight'), heavy = weight ? bounds(weight.cells)?.[1] || 1 : 1;
	return <>
		<svg class="net" viewBox={`0 0 ${wide} ${tall}`} role="img" aria-label={`${title}. ${t('networkLabel', { n: net.drawn.length, m: net.links.length })}`}>
			<g>{net.links.map(([a, b, e]) => <line x1={at[a][0]} y1={at[a][1]} x2={at[b][0]} y2={at[b][1]} stroke={look.of('edge')} stroke-opacity=".45" stroke-width={weight ? 0.6 + 3.4 * Math.max(0, weight.cells[e] ?? 0) / heavy : 1} />)}</g>
			<g>{net.drawn.map((i, k) => <circle cx={at[k][0]} cy={at[k][1]} r={radius(i)} fill={by ? colour.color(by.cells[i]) : look.of('accent')} stroke={look.of('card')} stroke-width="1.5"><title>{name(i)}: {net.degree[i]} {t('ties')}</title></circle>)}</g>
			<g class="labels">{net.drawn.slice(0, LABELS).map((i, k) => { const right = at[k][0] > wide - 140; return <text x={at[k][0] + (right ? -1 : 1) * (radius(i) + 3)} y={at[k][1] + 4} text-anchor={right ? 'end' : 'start'}>{name(i).slice(0, 24)}</text>; })}</g>
		</svg>
		{net.drawn.length < net.ids.length && <p class="note">{t('networkSome', { n: count(net.drawn.length), all: count(net.ids.length) })}</p>}
		{Array.isArray(colour.legend) && <Legend entries={colour.legend} />}
	</>;
}

/*
 * A flow without circles: a link that leads back to a name before it goes to that name once more, as a stage of its own. Depth
 * first, with a stack of our own, so that a long chain is no deep recursion.
 */
function straighten(links) {
	const out = new Map();
	for (const l of links) out.set(l.a, [...(out.get(l.a) ?? []), l]);
	const state = new Map(), again = new Set();
	for (const { a } of links) {
		if (state.get(a)) continue;
		const stack = [[a, 0]];
		state.set(a, 1);
		while (stack.length) {
			const top = stack[stack.length - 1], next = (out.get(top[0]) ?? [])[top[1]++];
			if (!next) { state.set(top[0], 2); stack.pop(); } else if (state.get(next.b) === 1) again.add(next);
			else if (!state.get(next.b)) { state.set(next.b, 1); stack.push([next.b, 0]); }
		}
	}
	return links.map((l) => ({ ...l, to: again.has(l) ? '\u0001' + l.b : l.b }));
}

export function Flow({ view, data, title }) {
	const spec = view.spec, box = useRef(), wide = useWidth(box, 560);
	void dark.value;
	const [from, to, value] = ['source', 'target', 'value'].map((k) => data.column(spec[k] ?? k));
	if (!data.rows || !from || !to) return <div ref={box}><Empty>{t('nothing')}</Empty></div>;
	const look = theme(), by = spec.color && data.column(spec.color);
	const colour = colourScale(by, 'category', (n) => t('otherNames', { n }));
	const sum = new Map();
	for (let i = 0; i < data.rows; i++) {
		const v = value ? +(value.cells[i] ?? 0) : 1;
		if (from.cells[i] === null || to.cells[i] === null || !(v > 0)) continue;
		const a = String(from.cells[i]), b = String(to.cells[i]), key = JSON.stringify([a, b, by ? by.cells[i] : 0]);
		const had = sum.get(key) ?? { a, b, v: 0, c: by ? colour.color(by.cells[i]) : look.of('accent') };
		had.v += v;
		sum.set(key, had);
	}
	const all = [...sum.values()].sort((x, y) => y.v - x.v), links = straighten(all.slice(0, FLOWS));
	if (!links.length) return <div ref={box}><Empty>{t('nothingKept')}</Empty></div>;
	const names = [...new Set(links.flatMap((l) => [l.a, l.to]))], place = new Map(names.map((n, i) => [n, i]));
	const tall = Math.max(220, Math.min(900, names.length * 26));
	const graph = sankey().nodeWidth(10).nodePadding(10).extent([[1, 8], [wide - 1, tall - 8]])({
		nodes: names.map((n) => ({ n })), links: links.map((l) => ({ source: place.get(l.a), target: place.get(l.to), value: l.v, c: l.c }))
	});
	const path = sankeyLinkHorizontal(), said = (n) => (n[0] === '\u0001' ? t('flowAgain', { name: n.slice(1) }) : n);
	return <div ref={box}>
		<div class="scroll plain" tabIndex={0} role="group" aria-label={title}><svg class="flow" viewBox={`0 0 ${wide} ${tall}`} role="img" aria-label={title}>
			<g fill="none">{graph.links.map((l) => <path d={path(l)} stroke={l.c} stroke-opacity=".35" stroke-width={Math.max(1, l.width)}><title>{t('flowLabel', { a: said(l.source.n), b: said(l.target.n) })}: {l.value}</title></path>)}</g>
			{graph.nodes.map((n) => <g><rect x={n.x0} y={n.y0} width={n.x1 - n.x0} height={Math.max(1, n.y1 - n.y0)} fill={look.of('mut')} />
				<text x={n.x0 < wide * 0.7 ? n.x1 + 6 : n.x0 - 6} y={(n.y0 + n.y1) / 2} dy=".35em" text-anchor={n.x0 < wide * 0.7 ? 'start' : 'end'}>{said(n.n).slice(0, 32)}</text></g>)}
		</svg></div>
		{links.length < all.length && <p class="note">{t('flowSome', { n: count(links.length), all: count(all.length) })}</p>}
		{Array.isArray(colour.legend) && <Legend entries={colour.legend} />}
	</div>;
}
