// The subset of Markdown that a text view may use, to elements: paragraphs, # and ##, - lists, **bold**, *italic*, `code`.
// Never HTML: what is not in the subset stands as it was written, links included.
const INLINE = /\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|`([^`]+)`/g;

function inline(source) {
	const out = [];
	let at = 0;
	for (const m of source.matchAll(INLINE)) {
		out.push(source.slice(at, m.index), m[1] !== undefined ? <strong>{m[1]}</strong> : m[2] !== undefined ? <em>{m[2]}</em> : <code>{m[3]}</code>);
		at = m.index + m[0].length;
	}
	return [...out, source.slice(at)];
}

// Lines to blocks: [kind, lines].
function blocks(source) {
	const out = [];
	for (const line of source.split('\n')) {
		const kind = line.startsWith('## ') ? 'h4' : line.startsWith('# ') ? 'h3' : line.startsWith('- ') ? 'ul' : line.trim() ? 'p' : '';
		const text = kind === 'p' ? line : line.replace(/^(##? |- )/, '');
		const last = out[out.length - 1];
		if ((kind === 'ul' || kind === 'p') && last?.[0] === kind) last[1].push(text);
		else out.push([kind, [text]]);
	}
	return out.filter(([kind]) => kind);
}

export const Text = ({ source }) => <div class="prose">{blocks(source).map(([kind, lines]) =>
	kind === 'ul' ? <ul>{lines.map((l) => <li><bdi>{inline(l)}</bdi></li>)}</ul>
	: kind === 'p' ? <p><bdi>{inline(lines.join(' '))}</bdi></p>
	: kind === 'h3' ? <h4 class="big"><bdi>{inline(lines[0])}</bdi></h4> : <h4><bdi>{inline(lines[0])}</bdi></h4>)}</div>;
