import { AppError } from './errors.ts';
import type { Fingerprint, Fingerprinter } from './ids.ts';
import { applySpanEdits, type SpanEdit } from './spanEdit.ts';
import type { Secret } from '../platform/secret.ts';

/** As the entry is seen once it stands in the file. */
export function fingerprintVariable(value: Secret, fingerprint: Fingerprinter): Fingerprint {
  return fingerprint(value.reveal().trim());
}

/** One assignment of a `.env` file; offsets in UTF-16 units. */
interface Assignment {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Behind the line break. */
  readonly end: number;
}

const NAME = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/y;
/** As OpenClaw's own reader takes them (dotenv): a quote behind a backslash is a part, and nothing but a comment follows on the line. */
const QUOTED = /(?:"(?:\\"|[^"])*"|'(?:\\'|[^'])*'|`(?:\\`|[^`])*`)(?=[ \t]*(?:#[^\n]*)?(?:\r?\n|$))/y;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Needs no quotes, and means the same to OpenClaw, to a shell and to systemd. */
const PLAIN = /^[A-Za-z0-9_\-.:/+=@%,]+$/;
const QUOTABLE = /^[\x20-\x7e]+$/;

/**
 * The text with the variable set, every other byte as it was. Of several assignments the last counts, so that one is changed; one
 * that is missing gets a line of its own at the end. Throws `credentialInvalid` {reason} for a value that no quotes can hold, and
 * for a name that is none.
 */
export function setVariable(text: string, name: string, value: Secret): string {
  if (!VARIABLE.test(name)) throw new AppError('credentialInvalid', { reason: 'variableName' });
  const written = quote(value.reveal());
  const last = assignmentsOf(text, name).at(-1);
  if (last !== undefined)
    return applySpanEdits(text, [{ offset: last.valueStart, length: last.valueEnd - last.valueStart, text: written }]);
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' || text.endsWith('\n') ? '' : lineBreak;
  return `${text}${gap}${name}=${written}${lineBreak}`;
}

/** The text without any assignment of the variable, every other byte as it was. */
export function removeVariable(text: string, name: string): string {
  const edits = assignmentsOf(text, name).map(({ start, end }): SpanEdit => ({
    offset: start,
    length: end - start,
    text: '',
  }));
  return applySpanEdits(text, edits);
}

function quote(value: string): string {
  if (PLAIN.test(value)) return value;
  if (!QUOTABLE.test(value) || value.includes("'")) throw new AppError('credentialInvalid', { reason: 'notQuotable' });
  return `'${value}'`;
}

function assignmentsOf(text: string, name: string): readonly Assignment[] {
  const found: Assignment[] = [];
  let offset = 0;
  while (offset < text.length) {
    const assignment = assignmentAt(text, offset);
    if (assignment?.name === name) found.push(assignment);
    offset = assignment?.end ?? lineEnd(text, offset);
  }
  return found;
}

function assignmentAt(text: string, start: number): Assignment | null {
  NAME.lastIndex = start;
  const match = NAME.exec(text);
  if (match === null) return null;
  const valueStart = start + match[0].length;
  const valueEnd = endOfValue(text, valueStart);
  return { name: match[1] ?? '', start, valueStart, valueEnd, end: lineEnd(text, valueEnd) };
}

/** A quoted value may span lines; one without quotes ends before a comment or the white space at the end of its line. */
function endOfValue(text: string, start: number): number {
  QUOTED.lastIndex = start;
  const [quoted] = QUOTED.exec(text) ?? [];
  if (quoted !== undefined) return start + quoted.length;
  const line = text.slice(start, lineEnd(text, start));
  const bare = line.split('#', 1)[0] ?? '';
  return start + bare.trimEnd().length;
}

/** Behind the line break that follows, or the end of the text. */
function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}
