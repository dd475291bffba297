// The record: what ran, on what, and everything that a rerun needs.
import { runs } from './data.js';
import { bytes, count, minute, seconds, short } from './format.js';
import { plain, t } from './state.js';
import { Card, Empty, Facts, Words } from './parts.jsx';

const pairs = (object) => {
	const list = Object.entries(object ?? {});
	return list.length ? <ul class="values">{list.map(([name, value]) => <li key={name}><span class="quiet"><bdi>{name}</bdi></span> <b><bdi>{String(value)}</bdi></b></li>)}</ul> : null;
};
const read = (run) => run.sources.map((s) => <span class="line"><bdi>{s.dataset ? `${s.dataset}.${s.table}` : t('ofFinding')}</bdi>{s.role && <> <span class="quiet"><bdi>({s.role})</bdi></span></>} <code>{short(s.djs1)}</code>{s.dataset && !s.here && <span class="quiet"> {t('notHere')}</span>}</span>);

function Run({ of }) {
	const failed = of.verdict !== 'OK';
	return <details class={'run' + (failed ? ' failed' : '')} open={failed}>
		<summary><span class="id">{of.id}</span><h3><bdi>{of.plugin}</bdi></h3><span class="quiet"><bdi>{of.version}</bdi></span><span class={'verdict' + (failed ? ' bad' : '')}>{of.verdict}</span><span class="gave">{t('gaveText', { f: count(of.findings), l: of.layers.length, v: of.views.length })}</span></summary>
		{failed && <p class="why"><bdi>{of.message ?? ''}</bdi>{of.line > 0 && <span class="quiet"> ({t('line', { n: of.line })})</span>}</p>}
		{of.traceback && <><h4>{t('traceback')}</h4><pre tabIndex={0}>{of.traceback}</pre></>}
		<Facts of={[
			[t('summary'), plain(of.summary) && <Words of={of.summary} />],
			[t('caveat'), plain(of.caveat) && <Words of={of.caveat} />],
			[t('method'), of.source], [t('plugin'), <bdi>{of.path} ({of.lang}, {of.kind})</bdi>],
			[t('digest'), <code class="digest">{of.digest}</code>],
			[t('params'), pairs(of.params) ?? t('noParams')], [t('seed'), of.seed], [t('now'), of.now],
			[t('read'), of.sources.length ? read(of) : t('noData')],
			[t('outputs'), !failed && <code class="digest">{of.dj1}</code>],
			[t('cage'), of.layers_of_cage], [t('limits'), pairs(of.limits)], [t('worker'), of.worker && <code class="digest">{of.worker}</code>],
			[t('toolkit'), of.toolkit], [t('started'), minute(of.started)],
			[t('took'), `${seconds(of.wall_us)}${of.peak_bytes ? ', ' + t('memory', { bytes: bytes(of.peak_bytes) }) : ''}`]
		]} />
		{of.notes.length > 0 && <><h4>{t('notes')}</h4><ul>{of.notes.map((n) => <li><Words of={n} /></li>)}</ul></>}
		{of.log && <><h4>{t('log')}</h4><pre tabIndex={0}>{of.log}</pre></>}
	</details>;
}

export const Runs = () => <Card id="runs" class="whole" title={t('runs')} note={runs.length ? t('runsNote') : null}>
	{runs.length ? <div class="runs">{runs.map((run) => <Run key={run.id} of={run} />)}</div> : <Empty>{t('noRunsHere')}</Empty>}
</Card>;
