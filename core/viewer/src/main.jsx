// The page: datajam's report (core/report/report.h says what it is given).
import { render } from 'preact';
import { effect } from '@preact/signals';
import { datasets, leads, report, runs } from './data.js';
import { count, minute, score } from './format.js';
import { clear, dark, detector, filtered, language, least, province, query, rows, runName, t } from './state.js';
import { provinces } from './regions.js';
import { Datasets } from './datasets.jsx';
import { LeadCard, LeadList } from './leads.jsx';
import { CanadaMap } from './map.jsx';
import { Runs } from './runs.jsx';
import { Views } from './views.jsx';

const failed = runs.filter((run) => run.verdict !== 'OK');

function Top() {
	return <header class="top">
		<div class="name"><h1><bdi>{report.workspace.title || t('untitled')}</bdi></h1>
			<p>{t('written', { at: minute(report.written) })}{datasets.some((d) => d.made) && <> · <span class="mark">{t('made')}</span></>}</p></div>
		<p class="badge">{t('internal')}</p>
		<div class="choices">
			<button type="button" lang={t('otherLang') + '-CA'} onClick={() => { language.value = language.value === 'en' ? 'fr' : 'en'; }}>{t('other')}</button>
			<button type="button" onClick={() => { dark.value = !dark.value; }}>{dark.value ? t('light') : t('dark')}</button>
		</div>
	</header>;
}

// Numbers are shown, and dialled by hand: no link leaves the page.
function Help() {
	const contact = report.workspace.contact;
	return <aside class="help" aria-label={t('helpHead')}>
		<p class="honest"><b>{t('honestHead')}</b> {t('honest')}</p>
		<div class="act"><p><b>{t('helpHead')}.</b> {t('helpDo')}</p>
			<dl>
				<div><dt>{t('danger')}</dt><dd>911</dd></div>
				<div><dt>{t('hotline')}</dt><dd>1-833-900-1010</dd></div>
				<div><dt>{t('children')}</dt><dd>Cybertip.ca</dd></div>
				<div><dt>{t('organiser')}</dt><dd>{contact ? <bdi>{contact}</bdi> : <span class="quiet">{t('noOrganiser')}</span>}</dd></div>
			</dl></div>
	</aside>;
}

function Overview() {
	const content = (d) => d.tables.filter((table) => table.name !== 'rejects');
	const sum = (key) => datasets.reduce((all, d) => all + content(d).reduce((n, table) => n + table[key], 0), 0);
	const said = (n, one, many) => [n, t(n === 1 ? one : many)];
	const list = [said(leads.length, 'leadsCount1', 'leadsCount'), said(runs.length, 'detectors1', 'detectors'), said(datasets.length, 'datasetsCount1', 'datasetsCount'), [sum('rows'), t('rowsLoaded')], [sum('rejects'), t('rowsRejected')]];
	return <section aria-label={t('overview')}><ul class="overview">{list.map(([n, what]) => <li key={what}><b>{count(n)}</b><span>{what}</span></li>)}</ul>
		{failed.length > 0 && <p class="failures"><b>{failed.length === 1 ? t('failedHead1') : t('failedHead', { n: failed.length })}:</b> <bdi>{failed.map((run) => `${runName(run)} (${run.verdict})`).join(', ')}</bdi>. {t('failedNote')} <a href="#runs">{t('runs')}</a></p>}</section>;
}

function Filters() {
	const giving = runs.filter((run) => run.findings > 0);
	return <div role="search" class="filters" aria-label={t('filterAll')}>
		<label class="words"><span>{t('search')}</span><input type="search" value={query.value} placeholder={t('searchHint')} onInput={(e) => { query.value = e.currentTarget.value; }} /></label>
		<label><span>{t('detector')}</span><select value={detector.value} onChange={(e) => { detector.value = +e.currentTarget.value; }}>
			<option value="0">{t('allDetectors')}</option>{giving.map((run) => <option key={run.id} value={run.id}>{runName(run)}</option>)}</select></label>
		<label><span>{t('province')}</span><select value={province.value} onChange={(e) => { province.value = e.currentTarget.value; }}>
			<option value="">{t('allCanada')}</option>{provinces.map((p) => <option key={p.code} value={p.code}>{p[language.value]}</option>)}</select></label>
		<label class="least"><span>{t('scoreFrom', { least: score(least.value) })}</span><input type="range" min="0" max="0.95" step="0.05" value={least.value} onInput={(e) => { least.value = +e.currentTarget.value; }} /></label>
		<p class="count" role="status"><b>{count(rows.value.length)}</b> {t('of', { n: '', all: count(leads.length) }).trim()}</p>
		<button type="button" disabled={!filtered.value} onClick={clear}>{t('clear')}</button>
	</div>;
}

function Page() {
	return <>
		<a class="skip" href="#main">{t('skip')}</a>
		<Top /><Help /><Overview />
		{leads.length > 0 && <Filters />}
		<main id="main">
			<div class={'left' + (leads.length ? '' : ' alone')}><CanadaMap /><LeadList /></div>{leads.length > 0 && <LeadCard />}
			<Views /><Datasets /><Runs />
		</main>
		<footer><p>{t('foot', { v: report.toolkit })} {t('honestHead')} {t('internal')}.</p>
			<details><summary>{t('notices')}</summary><pre tabIndex={0} lang="en">{document.getElementById('notices').textContent}</pre></details></footer>
	</>;
}

effect(() => {
	document.documentElement.dataset.theme = dark.value ? 'dark' : 'light';
	document.documentElement.lang = language.value + '-CA';
	document.title = `${report.workspace.title || t('untitled')} · ${t('internal')}`;
});
render(<Page />, document.getElementById('app'));
document.documentElement.dataset.ready = 'yes';
