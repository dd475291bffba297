// What visualisation plugins gave: one card a view.
import { frame, runs, shown } from './data.js';
import { language, plain, runName, t } from './state.js';
import { Chart, Timeline } from './chart.jsx';
import { Flow, Network } from './network.jsx';
import { AsTable, Card, Empty, FrameTable, Words } from './parts.jsx';
import { Text } from './text.jsx';

const WIDE = new Set(['network', 'flow', 'table', 'timeline']);
const bare = (data) => shown(data).map((name) => ({ name }));
const columnsOf = (view, data) => (view.spec.columns?.length
	? view.spec.columns.map((c) => ({ name: c.column, label: plain(c.label) || c.column, unit: c.unit, digits: c.digits >= 0 ? c.digits : undefined }))
	: bare(data));

function Body({ view, title }) {
	const data = frame(view, 'data');
	const folded = <AsTable data={data} columns={bare(data)} caption={title} />;
	switch (view.kind) {
	case 'chart': return <><Chart view={view} data={data} title={title} />{folded}</>;
	case 'timeline': return <><Timeline view={view} data={data} title={title} />{folded}</>;
	case 'flow': return <><Flow view={view} data={data} title={title} />{folded}</>;
	case 'table': return <FrameTable data={data} columns={columnsOf(view, data)} caption={title} />;
	case 'text': { const source = typeof view.spec.text === 'string' ? view.spec.text : plain(view.spec.text); return source ? <Text source={source} /> : <Empty>{t('nothing')}</Empty>; }
	case 'network': {
		const nodes = frame(view, 'nodes'), edges = frame(view, 'edges');
		return <><Network view={view} nodes={nodes} edges={edges} title={title} />
			<AsTable data={nodes} columns={bare(nodes)} caption={`${title}: ${t('nodes')}`} title={t('nodes')} /><AsTable data={edges} columns={bare(edges)} caption={`${title}: ${t('edges')}`} title={t('edges')} /></>;
	}
	default: return <><Empty>{t('unknownKind', { kind: view.kind })}</Empty><FrameTable data={data} columns={bare(data)} caption={title} /></>;
	}
}

export function Views() {
	const all = runs.flatMap((run) => run.views.map((view) => ({ run, view })));
	void language.value;
	if (!all.length) return <Card id="views" class="whole" title={t('views')}><Empty>{t('noViews')}</Empty></Card>;
	const wide = (v) => all.length === 1 || (v.kind === 'table' ? columnsOf(v, frame(v, 'data')).length > 5 : WIDE.has(v.kind));
	return <><h2 class="section" id="views">{t('views')}</h2>{all.map(({ run, view }) =>
		<article class={'card view ' + (wide(view) ? 'whole' : 'half')} aria-labelledby={`view-${run.id}-${view.name}`} key={run.id + view.name}>
			<header><h3 id={`view-${run.id}-${view.name}`}><Words of={view.title} /></h3><p>{t('from', { plugin: runName(run) })}</p></header>
			<Body view={view} title={plain(view.title)} />
			{plain(run.caveat) && <p class="caveat"><b>{t('caveat')}:</b> <Words of={run.caveat} /></p>}
		</article>)}</>;
}
