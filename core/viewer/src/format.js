// Numbers, dates and digests as people read them, in the language chosen.
import { language } from './state.js';

const locale = () => (language.value === 'fr' ? 'fr-CA' : 'en-CA');
const made = new Map();
const formatter = (options) => {
	const key = locale() + JSON.stringify(options);
	if (!made.has(key)) made.set(key, new Intl.NumberFormat(locale(), options));
	return made.get(key);
};

export const count = (n) => formatter({ maximumFractionDigits: 0 }).format(n);
export const number = (v, digits) =>
	formatter(digits == null ? { maximumSignificantDigits: 6 } : { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(v);
// A score keeps two digits and never rounds up to a full 1.
export const score = (v) => formatter({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(v < 1 ? Math.min(v, 0.99) : 1);
export const short = (digest) => (digest ? digest.slice(0, 12) : '');
export const day = (instant) => (instant ? instant.slice(0, 10) : '');
export const minute = (instant) => (instant ? instant.slice(0, 16).replace('T', ' ') + (instant.endsWith('Z') ? ' UTC' : '') : '');
export const seconds = (us) => (us >= 1e6 ? number(us / 1e6, 1) + ' s' : number(us / 1e3, 0) + ' ms');
export const bytes = (n) => (n >= 1 << 20 ? number(n / (1 << 20), 0) + ' MiB' : number(n / 1024, 0) + ' KiB');

// A cell of a source as it is there: evidence is never rounded or reworded.
export const raw = (value) => (value === null || value === undefined ? '' : String(value));
export const narrow = (value) => (typeof value === 'number' ? 'num' : raw(value).length <= 32 ? 'short' : '');

// A cell of a frame. Codes and ids are data, so integers stand as they are.
export function cell(value, digits) {
	if (value === null || value === undefined) return '';
	if (Array.isArray(value)) return value.map((v) => cell(v)).join(', ');
	if (typeof value !== 'number') return String(value);
	return digits != null ? number(value, digits) : Number.isInteger(value) ? String(value) : number(value);
}
