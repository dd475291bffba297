// Small pieces that every section uses.
import { useEffect, useState } from 'preact/hooks';
import { cell, count, narrow } from './format.js';
import { language, say, t } from './state.js';

// Words of a plugin: in the language chosen, or in the other with a mark that says so.
export function Words({ of, class: name }) {
	const { text, lang, fallback } = say(of);
	const mark = t('only', { lang: t(lang === 'en' ? 'English' : 'French') });
	return <span class={name} lang={lang + '-CA'}>
		<bdi>{text}</bdi>{fallback && <small class="only" title={mark} lang={language.value + '-CA'}>{mark}</small>}
	</span>;
}

export function Card({ id, title, note, class: name, aside, children }) {
	return <section class={'card ' + (name ?? '')} aria-labelledby={id}>
		<header><h2 id={id}>{title}</h2>{note && <p>{note}</p>}{aside}</header>
		{children}
	</section>;
}

export const Empty = ({ children }) => <p class="empty">{children}</p>;

// [term, definition] pairs; a pair without a definition is left out.
export function Facts({ of }) {
	const there = of.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false);
	return <dl class="facts">{there.map(([term, value]) => <div key={term}><dt>{term}</dt><dd>{value}</dd></div>)}</dl>;
}

export function Legend({ entries, ramp }) {
	if (ramp && ramp.low === ramp.high) return <Legend entries={[[ramp.colours[ramp.colours.length >> 1], cell(ramp.low)]]} />;
	if (ramp)
		return <p class="ramp"><span>{cell(ramp.low)}</span><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
			{ramp.colours.map((colour, i) => <rect x={(i * 100) / ramp.colours.length} width={100 / ramp.colours.length + 0.3} height="10" fill={colour} />)}
		</svg><span>{cell(ramp.high)}</span></p>;
	return <ul class="legend">{entries.map(([colour, text, shape]) => <li key={text}>
		<svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
			{shape === 'line' ? <rect y="4.5" width="12" height="3" fill={colour} /> : shape === 'dash' ? <path d="M0 6h4m3 0h4" stroke={colour} stroke-width="3" /> : shape === 'area' ? <rect width="12" height="12" rx="2" fill={colour} opacity=".35" /> : <circle cx="6" cy="6" r="5" fill={colour} />}
		</svg><bdi>{text}</bdi></li>)}</ul>;
}

// How wide an element is, for what is drawn to measure.
export function useWidth(ref, least) {
	const [wide, setWide] = useState(900);
	useEffect(() => {
		const look = () => setWide(Math.max(least, Math.round(ref.current.clientWidth)));
		const watch = new ResizeObserver(look);
		look();
		watch.observe(ref.current);
		return () => watch.disconnect();
	}, []);
	return wide;
}

const STEP = 50;

/*
 * Rows of a frame as a table. columns: [{ name, label, unit, digits }]; cells of a column by its place. Shows 50 at a time, so
 * that a frame of 50,000 rows is still a page.
 */
export function FrameTable({ data, columns, caption }) {
	const [most, setMost] = useState(STEP);
	const list = columns.map((c) => ({ ...c, of: data.column(c.name) })).filter((c) => c.of);
	const n = Math.min(most, data.rows);
	if (!data.rows) return <Empty>{t('nothing')}</Empty>;
	const numeric = (c) => c.of.type === 'integer' || c.of.type === 'real';
	const body = [];
	for (let i = 0; i < n; i++)
		body.push(<tr key={i}>{list.map((c) => <td class={numeric(c) ? 'num' : narrow(c.of.cells[i])}><bdi>{cell(c.of.cells[i], c.digits)}</bdi></td>)}</tr>);
	return <div class="sheet">
		<div class="scroll" tabIndex={0} role="group" aria-label={caption}>
			<table><caption class="hidden">{caption}</caption>
				<thead><tr>{list.map((c) => <th scope="col" class={numeric(c) ? 'num' : ''}><bdi>{c.label ?? c.name}</bdi>{c.unit && <small> {c.unit}</small>}</th>)}</tr></thead>
				<tbody>{body}</tbody></table>
		</div>
		{n < data.rows && <p class="more">{t('rowsOf', { n: count(n), all: count(data.rows) })} <button type="button" onClick={() => setMost(most + 4 * STEP)}>{t('more')}</button></p>}
	</div>;
}

// The same rows, folded away until they are asked for.
export function AsTable({ data, columns, caption, title }) {
	const [open, setOpen] = useState(false);
	return <details class="as-table" onToggle={(e) => setOpen(e.currentTarget.open)}>
		<summary>{title ?? t('asTable')} <span class="quiet">({count(data.rows)})</span></summary>
		{open && <FrameTable data={data} columns={columns} caption={caption} />}
	</details>;
}
