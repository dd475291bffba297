// Where the data came from, and what of it could not be read.
import { datasets } from './data.js';
import { Check } from './check.jsx';
import { count, day, minute, narrow, raw, short } from './format.js';
import { plain, t } from './state.js';
import { sentence } from './steps.js';
import { Card, Empty, Facts, Words } from './parts.jsx';

const rolesOf = (table) => table.roles.map((r) => `${r.role} (${r.columns.map(([role, own]) => (role === own ? role : `${role} = ${own}`)).join(', ')})`).join('; ');

function Rejects({ dataset, total }) {
	const table = dataset.tables.find((x) => x.name === 'rejects');
	const sample = table?.sample;
	if (!total) return <p class="quiet">{t('noRejects')}</p>;
	const head = total === 1 ? t('rejects1') : t('rejects', { n: count(total) });
	if (!sample?.rows.length) return <p class="warned">{head}</p>;
	return <details class="as-table"><summary class="warned">{head}</summary>
		{sample.rows.length < total && <p class="quiet">{t('rejectsFirst', { n: count(sample.rows.length), all: count(total) })}</p>}
		<div class="scroll" tabIndex={0} role="group" aria-label={head}><table>
			<thead><tr>{sample.columns.map((c) => <th scope="col"><bdi>{c}</bdi></th>)}</tr></thead>
			<tbody>{sample.rows.map((row) => <tr>{row.map((v) => <td class={narrow(v)}><bdi>{raw(v)}</bdi></td>)}</tr>)}</tbody></table></div>
	</details>;
}

// Addresses are shown, not linked: a click must not tell anyone that this page exists.
const address = (text, url) => (text || url ? <><bdi>{text}</bdi>{url && <> <code class="url"><bdi>{url}</bdi></code></>}</> : null);

function readFrom(sources) {
	const list = Array.isArray(sources) ? sources : sources ? [sources] : [];
	return list.map((s) => <span class="line"><bdi>{String(s.url ?? s.path ?? s.table ?? '')}</bdi> {s.sha256 && <code>{short(String(s.sha256))}</code>}</span>);
}

// What was done to the source before it became this table.
function Steps({ of }) {
	const steps = of.steps ?? [];
	if (!steps.length) return null;
	return <details class="steps" open={steps.length <= 8}><summary>{t('stepsHead', { table: of.name })}</summary>
		<ol>{steps.map((s) => <li><Words of={sentence(s)} /></li>)}</ol>
	</details>;
}

// Of the reader, in UTC: a page kept past the day says so.
const today = new Date().toISOString().slice(0, 10);

function Dataset({ of }) {
	const tables = of.tables.filter((x) => x.name !== 'rejects');
	const rejected = tables.reduce((sum, x) => sum + x.rejects, 0) || (of.tables.find((x) => x.name === 'rejects')?.rows ?? 0);
	const paths = readFrom(of.sources);
	const title = plain(of.title);
	return <article class="dataset">
		<h3>{title ? <Words of={of.title} /> : <bdi>{of.name}</bdi>} {of.made && <span class="mark">{t('made')}</span>}</h3>
		<p class="quiet"><code><bdi>{of.name}</bdi>@{short(of.djs1)}</code></p>
		{plain(of.description) && <p><Words of={of.description} /></p>}
		{plain(of.caveat) && <p class="mind"><b>{t('caveat')}:</b> <Words of={of.caveat} /></p>}
		{of.embargo_until > today && <p class="mind"><b>{t('embargo')} {of.embargo_until}:</b> {t('embargoLong')}</p>}
		{of.delete_by && of.delete_by < today && <p class="mind"><b>{t('deleteBy')} {of.delete_by}:</b> {t('overdue')}</p>}
		{of.made && <p class="quiet">{t('madeLong')}</p>}
		<Facts of={[
			[t('licence'), address(of.licence, of.licence_url) ?? t('noLicence')],
			[t('source'), address(of.source, of.source_url) ?? t('notStated')],
			[t('attribution'), of.attribution],
			[t('sourceDate'), day(of.date) || t('unknown')],
			[t('terms'), of.terms], [t('embargo'), of.embargo_until], [t('deleteBy'), of.delete_by], [t('authority'), of.authority],
			[t('loaded'), `${minute(of.loaded)}${of.toolkit ? ` · datajam ${of.toolkit}` : ''}`],
			[t('provenance'), paths.length ? paths : tables.map((x) => x.url ?? x.path).filter(Boolean).join(', ')],
			[t('snapshot'), <code class="digest">{of.djs1}</code>]
		]} />
		<div class="scroll" tabIndex={0} role="group" aria-label={`${t('table')}: ${of.name}`}><table>
			<thead><tr><th scope="col">{t('table')}</th><th scope="col" class="num">{t('rowsHead')}</th><th scope="col" class="num">{t('rejectsHead')}</th><th scope="col">{t('roles')}</th></tr></thead>
			<tbody>{tables.map((x) => <tr key={x.name}><th scope="row"><bdi>{x.name}</bdi></th><td class="num">{count(x.rows)}</td><td class="num">{count(x.rejects)}</td><td class="wide"><bdi>{rolesOf(x) || t('noRole')}</bdi></td></tr>)}</tbody></table></div>
		{tables.map((x) => <Steps key={x.name} of={x} />)}
		<Rejects dataset={of} total={rejected} />
		{tables.filter((x) => x.check).map((x) => <Check key={x.name} of={x.check} named={tables.length > 1} />)}
	</article>;
}

export const Datasets = () => <Card id="datasets" class="whole" title={t('datasets')}>
	{datasets.length ? <div class="articles">{datasets.map((d) => <Dataset key={d.name} of={d} />)}</div> : <Empty>{t('noDatasets')}</Empty>}
</Card>;
