// What each declared step did, as a sentence. A step comes as dataset.json has it; what it names is a stranger's text.
const MOST = 8;

const words = {
	en: { and: 'and', or: 'or', more: (n) => `${n} more`, quote: (s) => `“${s}”`, nothing: 'nothing', all: 'all columns' },
	fr: { and: 'et', or: 'ou', more: (n) => `${n} autres`, quote: (s) => `« ${s} »`, nothing: 'rien', all: 'toutes les colonnes' }
};

function list(items, w, joint = w.and) {
	const shown = items.slice(0, MOST).map((s) => w.quote(s));
	if (items.length > MOST) shown.push(w.more(items.length - MOST));
	return shown.length < 2 ? (shown[0] ?? w.nothing) : `${shown.slice(0, -1).join(', ')} ${joint} ${shown.at(-1)}`;
}

const pairs = (table, w) => {
	const all = Object.entries(table), shown = all.slice(0, MOST).map(([a, b]) => `${w.quote(a)} → ${b === null ? w.nothing : w.quote(b)}`);
	return [...shown, ...(all.length > MOST ? [w.more(all.length - MOST)] : [])].join(', ');
};

const between = (s, w, least, most, both) => (s.at_least && s.at_most ? both(w.quote(s.at_least), w.quote(s.at_most)) : s.at_least ? least(w.quote(s.at_least)) : most(w.quote(s.at_most)));
const names = (s) => [s.to].flat();
const made = (s) => (typeof s.to === 'string' ? [s.to] : Object.values(s.to));

// q quotes a name, w has the language's small words.
const sentences = {
	rename: {
		en: (s, q) => `The column ${q(s.column)} is called ${q(s.to)}.`,
		fr: (s, q) => `La colonne ${q(s.column)} s’appelle ${q(s.to)}.`
	},
	filter: {
		en: (s, q, w) => `Only rows are kept whose ${q(s.column)} ` + (s.is ? `is ${list(s.is, w, w.or)}.` : s.is_not ? `is not ${list(s.is_not, w, w.or)}.`
			: s.empty ? 'is empty.' : s.not_empty ? 'is not empty.' : between(s, w, (a) => `is ${a} or more.`, (b) => `is ${b} or less.`, (a, b) => `lies from ${a} to ${b}.`)),
		fr: (s, q, w) => `Seules restent les lignes dont ${q(s.column)} ` + (s.is ? `est ${list(s.is, w, w.or)}.` : s.is_not ? `n’est pas ${list(s.is_not, w, w.or)}.`
			: s.empty ? 'est vide.' : s.not_empty ? 'n’est pas vide.' : between(s, w, (a) => `vaut ${a} ou plus.`, (b) => `vaut ${b} ou moins.`, (a, b) => `va de ${a} à ${b}.`))
	},
	constant: {
		en: (s, q) => `A column ${q(s.to)} holds ${q(s.value)} everywhere.`,
		fr: (s, q) => `Une colonne ${q(s.to)} contient ${q(s.value)} partout.`
	},
	suffix: {
		en: (s, q) => `What stands at the end of ${q(s.column)} between ${q(s.open)} and ${q(s.close ?? '')} is moved into ${q(s.to)}.`,
		fr: (s, q) => `Ce qui est à la fin de ${q(s.column)} entre ${q(s.open)} et ${q(s.close ?? '')} passe dans ${q(s.to)}.`
	},
	date: {
		en: (s, q) => `${q(s.column)} is read as a date written ${q(s.pattern)}${s.to ? `, into ${q(s.to)}` : ''}.`,
		fr: (s, q) => `${q(s.column)} est lue comme une date écrite ${q(s.pattern)}${s.to ? `, dans ${q(s.to)}` : ''}.`
	},
	trim: {
		en: (s, q, w) => `White space is taken off both ends of ${s.column ? q(s.column) : w.all}.`,
		fr: (s, q, w) => `Les blancs aux deux bouts sont ôtés : ${s.column ? q(s.column) : w.all}.`
	},
	split: {
		en: (s, q, w) => `${q(s.column)} is split ${s.separator ? `at ${q(s.separator)}` : `by the pattern ${q(s.pattern)}`} into ${list(names(s), w)}.`,
		fr: (s, q, w) => `${q(s.column)} est coupée ${s.separator ? `à ${q(s.separator)}` : `selon le modèle ${q(s.pattern)}`} en ${list(names(s), w)}.`
	},
	map: {
		en: (s, q, w) => `Values of ${q(s.column)} are replaced${s.to ? `, into ${q(s.to)}` : ''}: ${pairs(s.values, w)}; ${{ null: 'others are left empty', reject: 'rows with others are rejected' }[s.else] ?? 'others stay as they are'}.`,
		fr: (s, q, w) => `Des valeurs de ${q(s.column)} sont remplacées${s.to ? `, dans ${q(s.to)}` : ''} : ${pairs(s.values, w)} ; ${{ null: 'les autres sont laissées vides', reject: 'les lignes qui en ont d’autres sont rejetées' }[s.else] ?? 'les autres restent'}.`
	},
	coalesce: {
		en: (s, q, w) => `${q(s.to)} holds the first of ${list(s.columns, w)} that is not empty.`,
		fr: (s, q, w) => `${q(s.to)} contient la première de ${list(s.columns, w)} qui n’est pas vide.`
	},
	unpivot: {
		en: (s, q, w) => `Each of the columns ${s.columns ? list(s.columns, w) : s.matching ? `that begin with ${q(s.matching)}` : `from ${q(s.from)} to ${q(s.to)}`} becomes a row: its name in ${q(s.name)}, its value in ${q(s.value)}${s.keep_missing ? '' : '; empty ones are left out'}.`,
		fr: (s, q, w) => `Chacune des colonnes ${s.columns ? list(s.columns, w) : s.matching ? `qui commencent par ${q(s.matching)}` : `de ${q(s.from)} à ${q(s.to)}`} devient une ligne : son nom dans ${q(s.name)}, sa valeur dans ${q(s.value)}${s.keep_missing ? '' : ' ; les vides sont omises'}.`
	},
	rows: {
		en: (s, q) => `Each part of ${q(s.column)} between ${q(s.separator ?? ';')} becomes a row of its own.`,
		fr: (s, q) => `Chaque partie de ${q(s.column)} entre ${q(s.separator ?? ';')} devient une ligne.`
	},
	matrix: {
		en: (s, q) => `The square matrix becomes one row for each cell that is neither empty nor zero: from ${q(s.from)} to ${q(s.to)}, with ${q(s.weight)}.`,
		fr: (s, q) => `La matrice carrée devient une ligne par case ni vide ni nulle : de ${q(s.from)} à ${q(s.to)}, avec ${q(s.weight)}.`
	},
	join: {
		en: (s, q, w) => `What ${q(s.column)} names is looked up among the ${s.with === 'places' ? 'places' : 'regions'} of Canada${s.region ? `, within the region in ${q(s.region)}` : ''}, into ${list(made(s), w)}; what is not found, or names several, is left empty.`,
		fr: (s, q, w) => `Ce que nomme ${q(s.column)} est cherché parmi les ${s.with === 'places' ? 'localités' : 'régions'} du Canada${s.region ? `, dans la région que donne ${q(s.region)}` : ''}, vers ${list(made(s), w)} ; ce qui est introuvable, ou désigne plusieurs, reste vide.`
	}
};

// { en, fr } of one step; a step that this page does not know is shown as it is written.
export function sentence(step) {
	const of = sentences[step.op];
	if (!of) return { en: JSON.stringify(step), fr: JSON.stringify(step) };
	return { en: of.en(step, words.en.quote, words.en), fr: of.fr(step, words.fr.quote, words.fr) };
}
