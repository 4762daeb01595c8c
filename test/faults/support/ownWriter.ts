// Our writer as one of several processes. Run with one argument: the OwnWriterSpec as JSON.
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Change, Outcome } from '../../../src/domain/change.ts';
import { fingerprintCredential, type Credential } from '../../../src/domain/credential.ts';
import { agentId, fingerprint, profileId, providerId, type Fingerprint } from '../../../src/domain/ids.ts';
import { parseRelease, type Release } from '../../../src/domain/release.ts';
import { EMPTY_PROFILE_SET, type ProfileSet } from '../../../src/domain/snapshot.ts';
import { readJsonAgent } from '../../../src/gateway/jsonStore/reader.ts';
import { writeJsonChange, type JsonWriteContext } from '../../../src/gateway/jsonStore/writer.ts';
import { UndoneChanges } from '../../../src/gateway/undoneChanges.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { appendAck, type AckLine } from './ackLog.ts';

export interface OwnWriterSpec {
  readonly stateDir: string;
  readonly release: string;
  /** Its provider, and the first part of the names of its profiles. */
  readonly owner: string;
  readonly writes: number;
  /** Number of the first write: a process may go on where another one ended. */
  readonly first: number;
  readonly profiles: number;
  readonly log: string;
  /** Upper limit of the random pause between two writes. */
  readonly pauseMs: number;
  /** Compare again before each write and at the end, and put back once what was undone. */
  readonly looksAgain: boolean;
}

/** Its presence tells writers that look again that the others are done. */
export const endFileOf = (stateDir: string): string => path.join(stateDir, 'acks', 'end');

/** Equal texts have equal prints; a test has no use for a key. */
const print = (text: string): Fingerprint => fingerprint(text);
const AGENT = agentId('main');

async function run(spec: OwnWriterSpec): Promise<void> {
  const watch = spec.looksAgain ? new Watch(spec) : null;
  for (let count = spec.first; count < spec.first + spec.writes; count += 1) {
    await watch?.look();
    await step(spec, count, watch);
    if (spec.pauseMs > 0) await sleep(Math.random() * spec.pauseMs);
  }
  // A window stays open: it looks whenever the store changes, here until the other writers are done.
  while (watch !== null && !existsSync(endFileOf(spec.stateDir))) {
    await watch.look();
    await sleep(20);
  }
  await watch?.look();
}

/** The compare-again step as the service takes it: before each change, and when the store has changed. */
class Watch {
  readonly #spec: OwnWriterSpec;
  readonly #undone = new UndoneChanges(print, { now: () => Date.now() });
  readonly #reported = new Set<string>();
  #set: ProfileSet = EMPTY_PROFILE_SET;

  constructor(spec: OwnWriterSpec) {
    this.#spec = spec;
  }

  note(change: Change): void {
    this.#undone.note(change, this.#set, releaseOf(this.#spec));
  }

  async look(): Promise<void> {
    const mark = this.#undone.mark();
    const { agentDir, sharedAgentDir } = contextOf(this.#spec).dirs;
    const { store, set } = await readJsonAgent({ agentDir, sharedAgentDir }, releaseOf(this.#spec), print);
    if (store.state !== 'ok') return;
    this.#set = set;
    for (const change of this.#undone.look(AGENT, set, mark)) await this.#applyAgain(change);
    const names = this.#undone
      .notices()
      .flatMap((notice) => (notice.isBack ? [] : [notice.profileId ?? notice.provider]));
    for (const name of names.filter((candidate) => !this.#reported.has(candidate)))
      appendAck(this.#spec.log, { noticed: name, step: 'report' });
    this.#reported.clear();
    for (const name of names) this.#reported.add(name);
  }

  async #applyAgain(change: Change): Promise<void> {
    const name = 'profileId' in change ? change.profileId : change.provider;
    appendAck(this.#spec.log, { noticed: name, step: 'reapply' });
    const isDone = (await apply(this.#spec, change)).kind === 'done';
    this.#undone.noteAgain(change, isDone);
    if (isDone) appendAck(this.#spec.log, ackOf(change));
  }
}

function ackOf(change: Change): AckLine {
  if (change.kind === 'putCredential') return { profile: change.profileId, value: change.credential.secret.reveal() };
  if (change.kind === 'removeProfile') return { profile: change.profileId, value: null };
  return { order: change.provider, ids: change.kind === 'setOrder' ? change.profileIds : null };
}

/** Mostly new values, and every kind of change in each twenty writes. */
async function step(spec: OwnWriterSpec, count: number, watch: Watch | null): Promise<void> {
  const passing = `${spec.owner}:passing`;
  const names = Array.from({ length: spec.profiles }, (_, index) => `${spec.owner}:${String(index)}`);
  const turn = count % 20;
  if (turn === 6) return put(spec, passing, count, watch);
  if (turn === 7) return remove(spec, passing, watch);
  // A process of one write does not know the order that its change has to expect.
  if (spec.writes === 1) return put(spec, names[count % names.length] ?? passing, count, watch);
  if (turn === 13) return order(spec, count % 40 === 13 ? names : names.toReversed(), watch);
  if (turn === 14 && count % 100 === 14) return order(spec, null, watch);
  return put(spec, names[count % names.length] ?? passing, count, watch);
}

async function put(spec: OwnWriterSpec, name: string, count: number, watch: Watch | null): Promise<void> {
  const value = `FAKE-${spec.owner}-${String(count)}`;
  const before = lastValue(spec, name);
  const change: Change = {
    kind: 'putCredential',
    agentId: AGENT,
    provider: providerId(spec.owner),
    profileId: profileId(name),
    credential: keyOf(value),
    expected: before === null ? null : fingerprintCredential(keyOf(before), print),
  };
  let outcome = await apply(spec, change);
  if (outcome.kind === 'notDone' && isConflict(outcome)) {
    appendAck(spec.log, { missed: name, value: before ?? '' });
    const expected = outcome.error.details['reason'] === 'gone' ? null : 'hidden';
    outcome = await apply(spec, { ...change, expected });
  }
  record(spec, change, outcome, watch);
  if (outcome.kind === 'done') values.set(name, value);
}

async function remove(spec: OwnWriterSpec, name: string, watch: Watch | null): Promise<void> {
  const target = { agentId: AGENT, provider: providerId(spec.owner), profileId: profileId(name) };
  const before = lastValue(spec, name);
  // Its process may have begun after the turn that adds it.
  if (before === null) return put(spec, name, spec.first, watch);
  const expected = fingerprintCredential(keyOf(before), print);
  const change: Change = { kind: 'removeProfile', ...target, expected };
  const outcome = await apply(spec, change);
  if (isConflict(outcome) || (outcome.kind === 'notDone' && outcome.error.code === 'profileMissing'))
    appendAck(spec.log, { missed: name, value: before });
  else record(spec, change, outcome, watch);
  values.set(name, null);
}

async function order(spec: OwnWriterSpec, names: readonly string[] | null, watch: Watch | null): Promise<void> {
  const target = {
    agentId: AGENT,
    provider: providerId(spec.owner),
    expected: lastOrder?.map((name) => profileId(name)) ?? null,
  };
  const change: Change =
    names === null
      ? { kind: 'clearOrder', ...target }
      : { kind: 'setOrder', ...target, profileIds: names.map((name) => profileId(name)) };
  const outcome = await apply(spec, change);
  if (isConflict(outcome)) {
    appendAck(spec.log, { missed: spec.owner, value: JSON.stringify(lastOrder) });
    lastOrder = null;
    return;
  }
  record(spec, change, outcome, watch);
  lastOrder = names;
}

const isConflict = (outcome: Outcome): boolean => outcome.kind === 'notDone' && outcome.error.code === 'changeConflict';

function record(spec: OwnWriterSpec, change: Change, outcome: Outcome, watch: Watch | null): void {
  if (outcome.kind === 'done') {
    appendAck(spec.log, ackOf(change));
    watch?.note(change);
    return;
  }
  const name = 'profileId' in change ? change.profileId : change.provider;
  const code = `${outcome.error.code} ${JSON.stringify(outcome.error.details)}`;
  appendAck(spec.log, outcome.kind === 'unknown' ? { unknown: name, code } : { refused: name, code });
}

const values = new Map<string, string | null>();
let lastOrder: readonly string[] | null = null;

/** What this owner wrote last, in this process or in the one before. */
function lastValue(spec: OwnWriterSpec, name: string): string | null {
  const known = values.get(name);
  if (known !== undefined) return known;
  const last = spec.first === 1 ? null : storedValue(spec, name);
  values.set(name, last);
  return last;
}

function storedValue({ stateDir }: OwnWriterSpec, name: string): string | null {
  const text = readFileSync(path.join(agentDirOf(stateDir), 'auth-profiles.json'), 'utf8');
  const document = JSON.parse(text) as { profiles: Record<string, { key?: string } | undefined> };
  return document.profiles[name]?.key ?? null;
}

const keyOf = (value: string): Credential => ({ type: 'api_key', secret: Secret.of(value) });
const agentDirOf = (stateDir: string): string => path.join(stateDir, 'agents', 'main', 'agent');

const releaseOf = ({ release }: OwnWriterSpec): Release => {
  const parsed = parseRelease(release);
  if (parsed === null) throw new Error(`${release} is not a release.`);
  return parsed;
};

function contextOf(spec: OwnWriterSpec): JsonWriteContext {
  const agentDir = agentDirOf(spec.stateDir);
  return {
    dirs: { agentDir, sharedAgentDir: agentDir },
    agentDirs: [agentDir],
    configPath: path.join(spec.stateDir, 'openclaw.json'),
    release: releaseOf(spec),
    fingerprint: print,
    clock: { now: () => Date.now() },
  };
}

const apply = (spec: OwnWriterSpec, change: Change): Promise<Outcome> => writeJsonChange(change, contextOf(spec));

if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2] ?? '{}') as OwnWriterSpec);
