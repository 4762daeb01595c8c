/** Longest text of a foreign name in a row, in characters as a person counts them. */
const MAX_GRAPHEMES = 80;

/** Longest text of another program on a page, in UTF-16 units. */
const MAX_SENTENCE = 2_000;

// eslint-disable-next-line no-control-regex -- these are what it looks for
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// eslint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
/** Format characters (bidirectional, zero width, tags), line separators and variation selectors. */
const HIDDEN = /[\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu;
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/**
 * A name from a store as it may be shown: one line, nothing that moves, hides or colours other text. Control characters and
 * terminal sequences are dropped; bidirectional and invisible ones are shown as escapes, so that look-alikes look different.
 */
export function display(text: string): string {
  const plain = plainLine(text);
  const short = plain.length > MAX_GRAPHEMES ? shorten(plain) : plain;
  return short === '' ? '""' : short;
}

function plainLine(text: string): string {
  return text.replace(ANSI, '').replace(CONTROL, ' ').replace(HIDDEN, escape).replace(LONE_SURROGATE, escape).trim();
}

const SEGMENTER = new Intl.Segmenter();

function shorten(text: string): string {
  const graphemes = [...SEGMENTER.segment(text)].map(({ segment }) => segment);
  return graphemes.length > MAX_GRAPHEMES ? `${graphemes.slice(0, MAX_GRAPHEMES - 1).join('')}…` : text;
}

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * Text for a place where VS Code draws `$(key)` as an icon and `[text](command:…)` as a link: notifications, prompts and lists.
 * An invisible character takes either apart, so that a name can neither look like ours nor be clicked.
 */
export function withoutMarkup(text: string): string {
  return text.replace(/\$(?=\([\w-]+(?:~[\w-]+)?\))/g, '$\u2060').replace(/\](?=\()/g, ']\u2060');
}

/** A name from a store for a page of Markdown: shown letter by letter, whatever it holds, also within a table. */
export function inMarkdown(text: string): string {
  return escapeMarkdown(display(text));
}

/** What a program says, for a page of Markdown: a line of its own, and not cut like a name. */
export function sentenceInMarkdown(text: string): string {
  return escapeMarkdown(plainLine(text.slice(0, MAX_SENTENCE)));
}

/** The same for text that holds nothing that moves or hides text, and that must be shown whole. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+\-.!|~&$:@]/g, '\\$&');
}
