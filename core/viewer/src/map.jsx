// The map: one canvas, one layer at a time. What it draws is in mapdata.js.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { select } from 'd3-selection';
import { zoom, zoomIdentity } from 'd3-zoom';
import { frame, runs, shown } from './data.js';
import { cell } from './format.js';
import { along, theme } from './palette.js';
import { choose, dark, language, plain, province, rows, t } from './state.js';
import { AsTable, Card, Empty, Legend, Words } from './parts.jsx';
import { TALL, WIDE, layerModel, layersOf, leadsModel, neighbours, outlines, stepsOf } from './mapdata.js';

const layers = layersOf(runs);
const COARSE = 4; // pixels of the screen to one cell of a density

// Where a point of the plane falls on a canvas of w by h under a zoom.
function viewOf(w, h, zoomed) {
	const s = Math.min(w / WIDE, h / TALL);
	return { k: s * zoomed.k, x: zoomed.x + ((w - WIDE * s) / 2) * zoomed.k, y: zoomed.y + ((h - TALL * s) / 2) * zoomed.k };
}

function heat(context, points, view, w, h, look) {
	const a = Math.ceil(w / COARSE), b = Math.ceil(h / COARSE);
	let sum = new Float32Array(a * b);
	for (const p of points) {
		const x = Math.floor((p.x * view.k + view.x) / COARSE), y = Math.floor((p.y * view.k + view.y) / COARSE);
		if (x >= 0 && y >= 0 && x < a && y < b) sum[y * a + x] += p.weight;
	}
	for (let turn = 0; turn < 6; turn++) { // three box blurs each way come near a Gaussian
		const step = turn % 2 ? a : 1, next = new Float32Array(a * b);
		for (let y = 0; y < b; y++) for (let x = 0; x < a; x++) {
			let v = 0;
			for (let d = -2; d <= 2; d++) { const q = turn % 2 ? y + d : x + d; if (q >= 0 && q < (turn % 2 ? b : a)) v += sum[y * a + x + d * step]; }
			next[y * a + x] = v / 5;
		}
		sum = next;
	}
	const most = sum.reduce((m, v) => Math.max(m, v), 0) || 1;
	const steps = Array.from({ length: 32 }, (_, i) => along(look.ramp, i / 31));
	for (let i = 0; i < sum.length; i++) {
		const share = Math.sqrt(sum[i] / most);
		if (share < 0.06) continue;
		context.globalAlpha = Math.min(0.85, 0.25 + share);
		context.fillStyle = steps[Math.min(31, Math.floor(share * 32))];
		context.fillRect((i % a) * COARSE, Math.floor(i / a) * COARSE, COARSE, COARSE);
	}
	context.globalAlpha = 1;
}

function paint(canvas, model, zoomed) {
	const look = theme(), d = window.devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight, c = canvas.getContext('2d');
	if (canvas.width !== Math.round(w * d) || canvas.height !== Math.round(h * d)) { canvas.width = Math.round(w * d); canvas.height = Math.round(h * d); }
	const view = viewOf(w, h, zoomed);
	c.setTransform(d, 0, 0, d, 0, 0);
	c.fillStyle = look.of('sea');
	c.fillRect(0, 0, w, h);
	const plane = () => c.setTransform(d * view.k, 0, 0, d * view.k, d * view.x, d * view.y);
	plane();
	c.fillStyle = look.of('land2');
	c.fill(neighbours);
	c.lineJoin = 'round';
	for (const { code, path } of outlines) {
		c.fillStyle = model.fills.get(code)?.colour ?? look.of('land');
		c.fill(path);
		c.lineWidth = 0.8 / view.k;
		c.strokeStyle = look.of('border');
		c.stroke(path);
	}
	for (const area of model.areas) { c.fillStyle = area.colour; c.globalAlpha = 0.55; c.fill(area.path); c.globalAlpha = 1; c.strokeStyle = area.colour; c.lineWidth = 1.4 / view.k; c.stroke(area.path); }
	const chosen = outlines.find((o) => o.code === province.value);
	if (chosen) { c.strokeStyle = look.of('hot'); c.lineWidth = 2.5 / view.k; c.stroke(chosen.path); }
	c.setTransform(d, 0, 0, d, 0, 0);
	const on = (p) => [p[0] * view.k + view.x, p[1] * view.k + view.y];
	c.lineCap = 'round';
	for (const arc of model.arcs) {
		const [x, y] = on(arc.from), [u, v] = on(arc.to);
		c.strokeStyle = arc.colour; c.globalAlpha = 0.75; c.lineWidth = arc.wide;
		c.beginPath(); c.moveTo(x, y); c.quadraticCurveTo((x + u) / 2, (y + v) / 2 - Math.hypot(x - u, y - v) * 0.2, u, v); c.stroke();
		c.globalAlpha = 1; c.fillStyle = arc.colour; c.beginPath(); c.arc(u, v, Math.max(2.5, arc.wide), 0, 7); c.fill();
	}
	if (model.density) heat(c, model.points, view, w, h, look);
	else {
		const many = model.points.length > 5000;
		c.strokeStyle = look.of('card');
		for (const p of model.points) {
			const x = p.x * view.k + view.x, y = p.y * view.k + view.y;
			if (x < -20 || y < -20 || x > w + 20 || y > h + 20) continue;
			c.fillStyle = p.colour;
			if (many) { c.fillRect(x - 1.5, y - 1.5, 3, 3); continue; }
			c.globalAlpha = 0.82; c.beginPath(); c.arc(x, y, p.r, 0, 7); c.fill(); c.globalAlpha = 1; c.lineWidth = 0.8; c.stroke();
		}
	}
}

// What is under a place of the canvas: { tip, lead, code }.
function under(canvas, model, zoomed, x, y) {
	const view = viewOf(canvas.clientWidth, canvas.clientHeight, zoomed), c = canvas.getContext('2d');
	const a = (x - view.x) / view.k, b = (y - view.y) / view.k;
	let best = (11 / view.k) ** 2, hit = null;
	if (!model.density) for (const p of model.points) { const far = (p.x - a) ** 2 + (p.y - b) ** 2; if (far < best) { best = far; hit = p; } }
	for (const arc of model.arcs) { const far = (arc.to[0] - a) ** 2 + (arc.to[1] - b) ** 2; if (far < best) { best = far; hit = arc; } }
	if (hit) return { tip: hit.tip ?? model.tip(hit.row), lead: hit.lead };
	c.setTransform(1, 0, 0, 1, 0, 0);
	const area = model.areas.find((s) => c.isPointInPath(s.path, a, b));
	if (area) return { tip: model.tip(area.row) };
	const outline = outlines.find((o) => c.isPointInPath(o.path, a, b));
	return outline ? { tip: model.fills.get(outline.code)?.tip, code: outline.code } : null;
}

function Stage({ model, title }) {
	const canvas = useRef(), tip = useRef(), control = useRef(), now = useRef(zoomIdentity), latest = useRef(model);
	const [hover, setHover] = useState(null);
	latest.current = model;
	useEffect(() => {
		const c = canvas.current;
		let due = 0;
		const ask = () => { due ||= requestAnimationFrame(() => { due = 0; paint(c, latest.current, now.current); }); };
		// A finger alone scrolls the page; two fingers, a drag of the mouse or Ctrl and the wheel move the map.
		control.current = zoom().scaleExtent([1, 40]).translateExtent([[-200, -200], [2400, 2000]])
			.filter((e) => (e.type === 'wheel' ? e.ctrlKey || e.metaKey : e.touches ? e.touches.length > 1 : !e.button))
			.on('zoom', (e) => { now.current = e.transform; setHover(null); ask(); });
		select(c).call(control.current).on('dblclick.zoom', null).style('touch-action', 'pan-x pan-y');
		const watch = new ResizeObserver(ask);
		watch.observe(c);
		return () => { watch.disconnect(); cancelAnimationFrame(due); };
	}, []);
	useEffect(() => { paint(canvas.current, model, now.current); }, [model, dark.value, province.value]);
	const at = (e) => { const box = canvas.current.getBoundingClientRect(); return [e.clientX - box.left, e.clientY - box.top]; };
	const move = (e) => { const [x, y] = at(e), found = under(canvas.current, model, now.current, x, y); setHover(found?.tip?.length ? { x, y, tip: found.tip } : null); };
	const click = (e) => {
		const found = under(canvas.current, model, now.current, ...at(e));
		if (found?.lead !== undefined) choose(found.lead);
		else if (found?.code) province.value = province.value === found.code ? '' : found.code;
	};
	const by = (k) => control.current.scaleBy(select(canvas.current), k);
	const home = () => control.current.transform(select(canvas.current), zoomIdentity);
	const keys = (e) => {
		const way = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[e.key];
		if (way) control.current.translateBy(select(canvas.current), way[0] / now.current.k, way[1] / now.current.k);
		else if (e.key === '+' || e.key === '=') by(1.4);
		else if (e.key === '-') by(1 / 1.4);
		else if (e.key === '0') home();
		else return;
		e.preventDefault();
	};
	const wide = canvas.current?.clientWidth ?? 0;
	return <div class="stage">
		<canvas ref={canvas} class="map" tabIndex={0} role="img" aria-label={t('mapKeys', { title })} onKeyDown={keys} onClick={click} onPointerMove={move} onPointerLeave={() => setHover(null)} />
		<div class="zoom"><button type="button" aria-label={t('zoomIn')} onClick={() => by(1.5)}>+</button><button type="button" aria-label={t('zoomOut')} onClick={() => by(1 / 1.5)}>−</button><button type="button" aria-label={t('zoomReset')} onClick={home}>⟲</button></div>
		{hover && <div class="tip" ref={tip} aria-hidden="true" style={hover.x > wide / 2 ? { right: wide - hover.x + 14 + 'px', top: hover.y + 10 + 'px' } : { left: hover.x + 14 + 'px', top: hover.y + 10 + 'px' }}>{hover.tip.map((line, i) => (i ? <span><bdi>{line}</bdi></span> : <b><bdi>{line}</bdi></b>))}</div>}
	</div>;
}

function Slider({ steps, step, setStep }) {
	if (steps.length < 2) return null;
	const i = steps.indexOf(step) + 1;
	return <label class="slider"><span>{t('dates')}: <b>{step || t('allDates')}</b></span>
		<input type="range" min="0" max={steps.length} step="1" value={i} aria-valuetext={step || t('allDates')} onInput={(e) => setStep(steps[e.currentTarget.value - 1] ?? '')} /></label>;
}

export function CanadaMap() {
	const [id, setId] = useState(layers[0]?.id);
	const [step, setStep] = useState('');
	const now = layers.find((l) => l.id === id);
	const steps = useMemo(() => (now?.layer ? stepsOf(now.layer) : []), [id]);
	const list = rows.value;
	const model = useMemo(() => (!now ? null : now.layer ? layerModel(now.layer, step) : leadsModel(list)), [id, step, now?.layer ? null : list, dark.value, language.value]);
	if (!now) return <Card id="map" class="where" title={t('map')}><Empty>{t('noMap')}</Empty></Card>;
	const pick = (next) => { const layer = layers.find((l) => l.id === next).layer; setId(next); setStep(layer?.kind === 'regions' ? stepsOf(layer).pop() ?? '' : ''); };
	const picker = layers.length > 1 && <label class="sort"><span>{t('layer')}</span><select value={id} onChange={(e) => pick(e.currentTarget.value)}>{layers.map((l) => <option key={l.id} value={l.id}>{l.title()}</option>)}</select></label>;
	const data = now.layer && frame(now.layer, 'data');
	return <Card id="map" class="where" title={t('map')} aside={picker}>
		<Stage model={model} title={now.title()} />
		<div class="under">
			<div class="key"><b>{now.layer ? <Words of={now.layer.title} /> : now.title()}</b>{model.rampName && model.ramp && <span class="quiet">{model.rampName}</span>}
				{model.ramp && <Legend ramp={model.ramp} />}{model.legend && <Legend entries={model.legend} />}</div>
			<Slider steps={steps} step={step} setStep={setStep} />
			{data && !data.rows && <p class="note">{t('noFeatures')}</p>}
			{model.notes.map((note) => <p class="note" key={note}>{note}</p>)}
			{model.codes.length > 0 && <details class="codes"><summary>{model.codes.length === 1 ? t('noBoundary1') : t('noBoundary', { n: model.codes.length })}</summary>
				<p><bdi>{model.some.map((c) => cell(c)).join(', ')}</bdi> {model.codes.length > model.some.length && t('andMore', { n: model.codes.length - model.some.length })}</p></details>}
			<p class="caveat">{now.run && plain(now.run.caveat) ? <><Words of={now.run.caveat} /> </> : null}{t('detected')}</p>
			{data && data.rows > 0 && <AsTable data={data} columns={shown(data).filter((n) => n !== 'geometry').map((name) => ({ name }))} caption={now.title()} />}
		</div>
	</Card>;
}
