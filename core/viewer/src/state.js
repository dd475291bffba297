// What a person has chosen: language, theme, filters, and the lead in hand. Nothing is stored or sent.
import { computed, signal } from '@preact/signals';
import { leads, runOf } from './data.js';
import { provinceOfLead } from './regions.js';
import { both } from './strings.js';

const french = (navigator.language || '').toLowerCase().startsWith('fr');
export const language = signal(french ? 'fr' : 'en');
export const dark = signal(matchMedia('(prefers-color-scheme: dark)').matches);

export const query = signal('');
export const detector = signal(0); // a run's id; 0: all
export const province = signal(''); // two letters; '': all
export const least = signal(0);
export const order = signal('score');
export const filtered = computed(() => query.value.trim() !== '' || detector.value > 0 || province.value !== '' || least.value > 0);

export function clear() {
	query.value = province.value = '';
	detector.value = least.value = 0;
}

// A text of the interface; {name} stands for args.name.
export function t(key, args) {
	const pair = both[key];
	if (!pair) throw new Error('no such text: ' + key);
	return pair[language.value].replace(/\{(\w+)\}/g, (all, name) => args?.[name] ?? all);
}

// Words of a plugin or manifest: what is there in the language chosen, else in the other.
export function say(words) {
	if (!words) return { text: '', lang: language.value, fallback: false };
	const mine = words[language.value];
	if (mine) return { text: mine, lang: language.value, fallback: false };
	const other = language.value === 'en' ? 'fr' : 'en';
	return { text: words[other] ?? '', lang: other, fallback: Boolean(words[other]) };
}
export const plain = (words) => say(words).text;

const provinces = leads.map(provinceOfLead);
export const provinceAt = (i) => provinces[i];

let texts = null; // in lower case, made at the first search
function textOf(i) {
	texts ??= new Array(leads.length);
	const lead = leads[i];
	return (texts[i] ??= [
		lead.title.en, lead.title.fr, lead.detail?.en, lead.detail?.fr, lead.run.plugin, lead.region, lead.place, lead.key,
		...lead.subjects.map((s) => s[1]), ...lead.reasons.flatMap((r) => [r.en, r.fr])
	].join('\n').toLowerCase());
}

// Indices of the leads that the filters keep.
const kept = computed(() => {
	const words = query.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
	const out = [];
	for (let i = 0; i < leads.length; i++) {
		const lead = leads[i];
		if (lead.score < least.value || (detector.value && lead.run.id !== detector.value)) continue;
		if (province.value && provinces[i] !== province.value) continue;
		if (words.length && !words.every((word) => textOf(i).includes(word))) continue;
		out.push(i);
	}
	return out;
});

const byDate = (i) => leads[i].last ?? leads[i].first ?? '';
export const rows = computed(() => {
	const list = kept.value;
	if (order.value === 'score') return list;
	const key = order.value === 'date' ? byDate : (i) => leads[i].run.plugin;
	const sign = order.value === 'date' ? -1 : 1;
	const keys = new Map(list.map((i) => [i, key(i)]));
	return [...list].sort((a, b) => {
		const x = keys.get(a), y = keys.get(b);
		return x < y ? -sign : x > y ? sign : a - b;
	});
});

const chosen = signal(-1);
// The lead in hand: the one chosen while the filters keep it, else the first that they keep.
export const lead = computed(() => {
	const list = rows.value;
	return kept.value.includes(chosen.value) ? chosen.value : list.length ? list[0] : -1;
});
export const choose = (i) => { chosen.value = i; };

// A run's name among runs of the same plugin: its parameters tell them apart.
export function runName(run) {
	const same = [...runOf.values()].filter((other) => other.plugin === run.plugin);
	return same.length < 2 ? run.plugin : `${run.plugin} (${run.id})`;
}
