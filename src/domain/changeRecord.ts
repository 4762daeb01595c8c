import { z } from 'zod';
import { parseJson } from '../platform/json.ts';
import { ERROR_CODES } from './errors.ts';
import { agentId, profileId, providerId } from './ids.ts';

/**
 * What was done. `keepCopy`, `dropCopy`: to the copy in VS Code alone; the store was not written. `automate`: files around the headless
 * check, outside of the store. Of an entry of `.env`, `profileId` is its name. `pinSession`, `unpinSession`: which session is not kept, for its
 * key may name a person.
 */
export const CHANGE_ACTIONS = [
  'putCredential',
  'removeProfile',
  'setOrder',
  'clearOrder',
  'keepCopy',
  'dropCopy',
  'putVariable',
  'removeVariable',
  'repair',
  'automate',
  'pinSession',
  'unpinSession',
] as const;
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

/**
 * Whether undo was offered when the change was made: `offered`; `valueUnknown`: what it replaced cannot be read here;
 * `expired`: what it replaced is a token that has expired, and the release takes none; `noRemoval`: this release cannot take a profile away again; `never`: there is no undo for it.
 */
export const UNDO_MARKS = ['offered', 'valueUnknown', 'expired', 'noRemoval', 'never'] as const;
export type UndoMark = (typeof UNDO_MARKS)[number];

const MAX_UNIX_MS = 8.64e15;
const MAX_NAME = 2_000;
const name = z.string().max(MAX_NAME);

const VERSION = 1;
const ours = z.object({ version: z.literal(VERSION) });
const stored = z.object({
  id: z.string().min(1).max(100),
  at: z.number().nonnegative().max(MAX_UNIX_MS),
  action: z.enum(CHANGE_ACTIONS),
  by: z.string().max(100),
  host: name,
  stateDir: name,
  agentId: name.transform(agentId).nullable(),
  provider: name.transform(providerId).nullable(),
  profileId: name.transform(profileId).nullable(),
  outcome: z.enum(['done', 'notDone', 'unknown']),
  error: z.enum(ERROR_CODES).nullable(),
  undo: z.enum(UNDO_MARKS),
  undoes: z.string().min(1).max(100).nullable(),
});

/**
 * One change that was made through the extension, without a secret and without a fingerprint. `at`: Unix ms, editor's clock.
 * `by`: the command's name in the code. `host`: `user@host`. `undoes`: the `id` of the change that this one took back.
 */
export type ChangeRecord = Readonly<z.output<typeof stored>>;

/** One line of JSON, without a line break. What is longer than a name may be is cut, so that it can be read back. */
export function encodeRecord(record: ChangeRecord): string {
  const { id, at, action, by, outcome, error, undo, undoes } = record;
  return JSON.stringify({
    ...{ version: VERSION, id, at, action, by },
    ...{ host: cut(record.host), stateDir: cut(record.stateDir) },
    ...{ agentId: cut(record.agentId), provider: cut(record.provider), profileId: cut(record.profileId) },
    ...{ outcome, error, undo, undoes },
  });
}

function cut(text: string | null): string | null {
  return text === null ? null : text.slice(0, MAX_NAME);
}

/** Null for a line that is not a record of ours. */
export function decodeRecord(line: string): ChangeRecord | null {
  const json = parseJson(line);
  if (!ours.safeParse(json).success) return null;
  return stored.safeParse(json).data ?? null;
}
