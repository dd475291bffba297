// The leads: a list that draws only the rows in sight, and the lead in hand with the source rows that it rests on.
import { useEffect, useRef, useState } from 'preact/hooks';
import { evidenceRow, leads, runs } from './data.js';
import { count, narrow, number, raw, score, short } from './format.js';
import { choose, lead, language, order, plain, provinceAt, rows, runName, t } from './state.js';
import { provinceByCode } from './regions.js';
import { Card, Empty, Facts, Words } from './parts.jsx';

const ROW = 58; // pixels of a list row; style.css says the same
const MOST = 8; // rows in sight
const AROUND = 6; // rows drawn beyond the edge

const placeName = (i) => {
	const found = provinceByCode.get(provinceAt(i));
	return found ? found[language.value] : leads[i].region ?? leads[i].place ?? '';
};
const period = (l) => (l.first && l.last && l.first !== l.last ? t('until', { first: l.first, last: l.last }) : l.first ?? l.last ?? '');

function whyNone() {
	if (leads.length) return t('noneLeft');
	if (!runs.length) return t('noLeads', { runs: t('noRuns') });
	return t('noLeads', { runs: t(runs.every((run) => run.verdict !== 'OK') ? 'allFailed' : 'noneGiven') });
}

function Row({ i, at, on, all }) {
	const l = leads[i];
	return <div role="option" id={'lead-' + at} aria-selected={on} aria-posinset={at + 1} aria-setsize={all} class={'row' + (on ? ' on' : '')} onClick={() => { choose(i); toCard(); }}>
		<span class="score"><b>{score(l.score)}</b><svg viewBox="0 0 40 4" preserveAspectRatio="none" aria-hidden="true"><rect class="under" width="40" height="4" /><rect class="over" width={40 * l.score} height="4" /></svg></span>
		<span class="what"><span class="title"><bdi>{plain(l.title)}</bdi></span><span class="meta"><bdi>{[runName(l.run), placeName(i), period(l)].filter(Boolean).join(' · ')}</bdi></span></span>
	</div>;
}

// On a phone the card is below the list: bring it into sight.
function toCard() {
	if (matchMedia('(max-width: 1099px)').matches) setTimeout(() => document.getElementById('lead-card')?.scrollIntoView({ block: 'start' }));
}

export function LeadList() {
	const box = useRef();
	const [top, setTop] = useState(0);
	const [tall, setTall] = useState(480);
	const list = rows.value, now = lead.value, at = list.indexOf(now);
	useEffect(() => { box.current.scrollTop = 0; }, [list]);
	useEffect(() => {
		const watch = new ResizeObserver(() => setTall(box.current.clientHeight));
		watch.observe(box.current);
		return () => watch.disconnect();
	}, []);
	const first = Math.max(0, Math.floor(top / ROW) - AROUND);
	const last = Math.min(list.length, Math.ceil((top + tall) / ROW) + AROUND);
	const move = (to) => {
		const i = Math.max(0, Math.min(list.length - 1, to)), b = box.current;
		choose(list[i]);
		if (i * ROW < b.scrollTop) b.scrollTop = i * ROW;
		else if ((i + 1) * ROW > b.scrollTop + b.clientHeight) b.scrollTop = (i + 1) * ROW - b.clientHeight;
	};
	const keys = (e) => {
		const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -list.length, End: list.length }[e.key];
		if (step && list.length) { move(at + step); e.preventDefault(); } else if (e.key === 'Enter') toCard();
	};
	const drawn = [];
	for (let k = first; k < last; k++) drawn.push(<Row key={list[k]} i={list[k]} at={k} on={list[k] === now} all={list.length} />);
	const sort = <label class="sort"><span>{t('sort')}</span><select value={order.value} onChange={(e) => { order.value = e.target.value; }}>
		<option value="score">{t('sortScore')}</option><option value="date">{t('sortDate')}</option><option value="detector">{t('sortDetector')}</option></select></label>;
	return <Card id="leads-head" class="leads" title={t('leads')} note={leads.length ? t('ofShort', { n: count(list.length), all: count(leads.length) }) : null} aside={leads.length > 1 && sort}>
		{list.length === 0 && <Empty>{whyNone()}</Empty>}
		<div ref={box} class={list.length ? 'list' : 'list none'} role="listbox" tabIndex={0} aria-label={t('leads')} style={{ height: Math.min(MOST, list.length) * ROW + 'px' }} aria-activedescendant={at >= first && at < last ? 'lead-' + at : undefined} onScroll={(e) => setTop(e.currentTarget.scrollTop)} onKeyDown={keys}>
			<div role="presentation" class="pad" style={{ height: list.length * ROW + 'px' }}><div role="presentation" class="slid" style={{ transform: `translateY(${first * ROW}px)` }}>{drawn}</div></div>
		</div>
	</Card>;
}

function Evidence({ of }) {
	const shown = of.rows.length;
	const groups = new Map(); // by source, so that each has one heading
	for (const [source, rowid] of of.rows) groups.set(source, [...(groups.get(source) ?? []), rowid]);
	return <><h4>{t('evidence')} <span class="quiet">{of.total === 1 ? t('evidenceOne') : shown < of.total ? t('evidenceFirst', { n: count(shown), total: count(of.total) }) : t('evidenceAll', { n: count(shown) })}</span></h4>
		{[...groups].map(([source, ids]) => <EvidenceTable key={source} run={of.run} source={source} ids={ids} />)}</>;
}

function EvidenceTable({ run, source, ids }) {
	const from = run.sources[source];
	const got = ids.map((id) => [id, evidenceRow(run, source, id)]);
	const columns = got[0][1].columns, missing = got[0][1].missing;
	const name = from.dataset ? `${from.dataset}.${from.table}` : t('ofFinding');
	return <div class="sheet">
		<p class="from"><b><bdi>{name}</bdi></b> {from.dataset ? <code>@{short(from.djs1)}</code> : <code>{from.djs1}</code>}</p>
		{missing && <p class="note">{t('evidenceMissing', { why: missing })}</p>}
		<div class="scroll" tabIndex={0} role="group" aria-label={`${t('evidence')}: ${name}`}>
			<table><thead><tr><th scope="col" class="num">{t('row')}</th>{columns.map((c) => <th scope="col"><bdi>{c}</bdi></th>)}</tr></thead>
				<tbody>{got.map(([id, r]) => <tr key={id}><th scope="row" class="num">{String(id)}</th>
					{r.cells ? r.cells.map((v) => <td class={narrow(v)}><bdi>{raw(v)}</bdi></td>) : columns.length > 0 && <td colSpan={columns.length} class="quiet">{t('rowGone')}</td>}</tr>)}</tbody></table>
		</div>
	</div>;
}

function Subjects({ of }) {
	const types = new Map();
	for (const [type, id] of of) types.set(type, [...(types.get(type) ?? []), id]);
	return [...types].map(([type, ids]) => <span class="subject" key={type}><span class="quiet"><bdi>{type}</bdi></span>{ids.slice(0, 20).map((id) => <code key={id}><bdi>{id}</bdi></code>)}{ids.length > 20 && <span class="quiet">{t('andMore', { n: count(ids.length - 20) })}</span>}</span>);
}

function where(l, i) {
	const found = provinceByCode.get(provinceAt(i))?.[language.value];
	const point = l.point && t('near', { lat: number(l.point[0], 1), lon: number(l.point[1], 1) });
	const radius = l.point?.[2] ? t('radius', { km: number(l.point[2] / 1000) }) : null;
	const list = [found, l.region && l.region !== found ? l.region : null, l.place, point, radius].filter(Boolean);
	return list.length ? list.join(' · ') : <span class="quiet">{t('noPlace')}</span>;
}

export function LeadCard() {
	const i = lead.value, l = leads[i];
	const box = useRef();
	useEffect(() => { if (box.current) box.current.scrollTop = 0; }, [i]);
	if (!l) return <Card id="lead-card" class="lead" title={t('lead')}><Empty>{whyNone()}</Empty></Card>;
	return <Card id="lead-card" class="lead" title={t('lead')} aside={<a class="to-list" href="#leads-head">{t('toList')}</a>}>
		<div class="body" ref={box} tabIndex={0} role="group" aria-label={t('lead')}>
			<p class="tag">{t('tag')}</p>
			<h3><Words of={l.title} /></h3>
			<div class="scored"><b>{score(l.score)}</b><meter min="0" max="1" value={l.score} aria-label={t('scoreLabel')}>{score(l.score)}</meter><span>{t('scoreSays')}</span></div>
			<Facts of={[
				[t('detector'), <><bdi>{runName(l.run)}</bdi> <span class="quiet"><bdi>{l.run.version}</bdi></span></>],
				[t('subjects'), l.subjects.length > 0 && <Subjects of={l.subjects} />],
				[t('where'), where(l, i)],
				[t('when'), period(l) || <span class="quiet">{t('noDate')}</span>],
				[t('values'), l.values.length > 0 && <ul class="values">{l.values.map(([name, value]) => <li key={name}><span class="quiet"><bdi>{name}</bdi></span> <b>{number(value)}</b></li>)}</ul>]
			]} />
			{l.reasons.length > 0 && <><h4>{t('why')}</h4><ul class="reasons">{l.reasons.map((r) => <li><Words of={r} /></li>)}</ul></>}
			{plain(l.detail) && <><h4>{t('details')}</h4><p class="detail"><Words of={l.detail} /></p></>}
			<div class="also"><h4>{t('couldBe')}</h4><p>{plain(l.run.caveat) ? <Words of={l.run.caveat} /> : t('noCaveat')}</p></div>
			<Evidence of={l} />
			{l.run.source && <p class="quiet method">{t('method')}: <bdi>{l.run.source}</bdi></p>}
		</div>
	</Card>;
}
