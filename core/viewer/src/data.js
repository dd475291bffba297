// What the report was given (core/report/report.h), read block by block: a block is parsed when it is first asked for.
const seen = new Map();

export function block(id) {
	if (!seen.has(id)) {
		const element = document.getElementById(id);
		seen.set(id, element ? JSON.parse(element.textContent) : null);
	}
	return seen.get(id);
}

export const report = block('report');
export const runs = report.runs.map((id) => block('run-' + id));
export const runOf = new Map(runs.map((run) => [run.id, run]));
export const datasets = report.datasets;
export const datasetOf = new Map(datasets.map((d) => [d.name, d]));

// All leads in one list: falling score, then as their runs gave them.
export const leads = runs
	.flatMap((run) => (block('findings-' + run.id) ?? []).map((finding) => ({ ...finding, run })))
	.sort((a, b) => b.score - a.score);

// Cells of one source row of a run: { columns, cells } or { missing: why }.
export function evidenceRow(run, source, rowid) {
	const entry = (block('evidence-' + run.id) ?? []).find((e) => e.source === source);
	if (!entry) return { columns: [], cells: null, missing: null };
	return { columns: entry.columns, cells: entry.rows[rowid] ?? null, missing: entry.missing };
}

// A frame of a layer or view, with its columns by name. A part that is not there is an empty frame.
export function frame(shape, part) {
	const at = shape.parts.find((p) => p.part === part);
	const data = (at && block(at.block)) ?? { rows: 0, columns: [] };
	return { rows: data.rows, columns: data.columns, column: (name) => data.columns.find((c) => c.name === name) };
}

// Names of the columns that people see: `_row` only links.
export const shown = (data) => data.columns.map((c) => c.name).filter((name) => name !== '_row');
