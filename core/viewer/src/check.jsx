// The data check: what deserves a look before a table is used, and counts of each column.
import { count, number } from './format.js';
import { language, t } from './state.js';

const SHOWN = 6;

// "rows 3, 9 (about lines 4, 10)"
function examples(note) {
	if (!note.examples.length) return '';
	const rows = t(note.examples.length > 1 ? 'checkRows' : 'checkRow', { n: note.examples.map(count).join(', ') });
	if (!note.lines[0]) return rows;
	const lines = t(note.lines.length > 1 ? 'checkLines' : 'checkLine', { n: note.lines.map(count).join(', ') });
	return `${rows} (${note.sure ? lines : t('checkAbout', { what: lines })})`;
}

function Note({ of }) {
	return <li>
		<p class="where">{of.columns.length ? of.columns.map((c, i) => <>{i > 0 && ', '}<bdi>{c}</bdi></>) : t('checkWhole')}</p>
		<p lang={language.value + '-CA'}><bdi>{of[language.value]}</bdi></p>
		{of.examples.length > 0 && <p class="quiet">{examples(of)}</p>}
	</li>;
}

function Notes({ of }) {
	const rest = of.slice(SHOWN);
	return <>
		<ul class="notes">{of.slice(0, SHOWN).map((n) => <Note of={n} />)}</ul>
		{rest.length > 0 && <details class="as-table"><summary>{t('checkMore', { n: count(rest.length) })}</summary><ul class="notes">{rest.map((n) => <Note of={n} />)}</ul></details>}
	</>;
}

// The bar repeats the number beside it, so it says nothing to a screen reader.
function Nulls({ n, rows }) {
	const part = rows ? n / rows : 0;
	return <span class="nulls"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="under" width="100" height="8" /><rect class="over" width={n ? Math.max(100 * part, 1.5) : 0} height="8" /></svg>
		<span>{count(n)}{n > 0 && ` (${number(Math.max(100 * part, 0.1), part < 0.01 ? 1 : 0)}${language.value === 'fr' ? '\u00a0%' : '%'})`}</span></span>;
}

function Columns({ of, title }) {
	return <div class="scroll" tabIndex={0} role="group" aria-label={title}><table><caption class="hidden">{title}</caption>
		<thead><tr>{['column', 'type', 'nulls', 'distinct', 'leastHead', 'mostHead', 'roles'].map((k) => <th scope="col" class={k === 'distinct' ? 'num' : ''}>{t(k)}</th>)}</tr></thead>
		<tbody>{of.columns.map((c) => <tr key={c.name}>
			<th scope="row"><bdi>{c.name}</bdi>{c.key && <small class="only">{t('keyMark')}</small>}</th>
			<td class="short">{c.type}</td>
			<td><Nulls n={c.nulls} rows={of.rows} /></td>
			<td class="num">{c.about && '≈ '}{count(c.distinct)}</td>
			{c.hidden ? <td class="quiet" colSpan={2}>{t('checkHidden')}</td> : [c.least, c.most].map((v) => <td><bdi>{v ?? ''}</bdi></td>)}
			<td><bdi>{c.fills ?? ''}</bdi></td></tr>)}</tbody></table></div>;
}

export function Check({ of, named }) {
	const title = named ? t('checkOf', { table: of.table }) : t('check');
	return <div class="check">
		<h4><bdi>{title}</bdi></h4>
		{of.notes.length ? <><p class="quiet">{t('checkNote')}</p><Notes of={of.notes} /></> : <p class="quiet">{t('checkNone')}</p>}
		<details class="as-table"><summary>{t('checkColumns')} <span class="quiet">({count(of.columns.length)})</span></summary><Columns of={of} title={`${title}: ${t('checkColumns')}`} /></details>
	</div>;
}
