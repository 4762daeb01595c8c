import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Change } from '../../../src/domain/change.ts';
import { canonicalText } from '../../../src/domain/credential.ts';
import { agentId, fingerprint, profileId, providerId, type Fingerprinter } from '../../../src/domain/ids.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import type { JsonWriteContext } from '../../../src/gateway/jsonStore/writer.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { Secret } from '../../../src/platform/secret.ts';

export const OPERATIONS = ['add', 'replace', 'remove', 'reorder', 'clear'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What there is before the write: a store, an empty directory, or a link to a store elsewhere. */
export const SITUATIONS = ['exists', 'first', 'symlinked'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** One release of each lock dialect. */
export const RELEASES = ['2026.2.3', '2026.4.15', '2026.6.1'] as const;

export interface WriterRequest {
  /** The state directory. */
  readonly stateDir: string;
  readonly release: string;
  readonly operation: Operation | 'recover';
  readonly key: string;
  /** Whether the scene has one. */
  readonly hasOrder: boolean;
  readonly lockWaitMs: number;
}

/** The outcome as it leaves the process. */
export type WriterAnswer =
  | { readonly kind: 'done'; readonly isNoop: boolean }
  | {
      readonly kind: 'notDone' | 'unknown';
      readonly code: string;
      readonly details: Readonly<Record<string, unknown>>;
    };

export const FAKE_KEY = ['FAKE', 'key', 'of', 'the', 'fault', 'suite'].join('-');
const OLD_KEY = ['FAKE', 'key', 'from', 'before'].join('-');
const CREDENTIALS = 'auth-profiles.json';

const print: Fingerprinter = (text) => fingerprint(`#${text.length}#${text.slice(-8)}`);
const ids = { agentId: agentId('main'), provider: providerId('anthropic') };
const WORK = profileId('anthropic:work');
const HOME = profileId('anthropic:home');
const ORDER = [WORK, HOME];

/** With what the user saw in the scene. */
export function changeOf({ operation, key, hasOrder }: WriterRequest): Change {
  const credential = { type: 'api_key', secret: Secret.of(key) } as const;
  switch (operation) {
    case 'add':
      return { kind: 'putCredential', ...ids, profileId: profileId('anthropic:added'), credential, expected: null };
    case 'replace': {
      const expected = print(canonicalText('api_key', OLD_KEY));
      return { kind: 'putCredential', ...ids, profileId: WORK, credential, expected };
    }
    case 'remove':
      return { kind: 'removeProfile', ...ids, profileId: HOME, expected: 'hidden' };
    case 'reorder':
      return { kind: 'setOrder', ...ids, profileIds: [HOME, WORK], expected: hasOrder ? ORDER : null };
    case 'clear':
      return { kind: 'clearOrder', ...ids, expected: hasOrder ? ORDER : null };
    case 'recover':
      return { kind: 'putCredential', ...ids, profileId: profileId('anthropic:next'), credential, expected: null };
  }
}

export const agentDirOf = (stateDir: string): string => path.join(stateDir, 'agents/main/agent');
const storeOf = (stateDir: string): string => path.join(agentDirOf(stateDir), CREDENTIALS);

export function contextOf({ stateDir, release, lockWaitMs }: WriterRequest): JsonWriteContext {
  const agentDir = agentDirOf(stateDir);
  return {
    dirs: { agentDir, sharedAgentDir: agentDir },
    agentDirs: [agentDir],
    configPath: path.join(stateDir, 'openclaw.json'),
    release: parseRelease(release),
    fingerprint: print,
    clock: systemClock,
    lockWaitMs,
  };
}

/** Makes the state directory of a scene, with fields that neither we nor the release know. */
export function makeScene(stateDir: string, release: string, situation: Situation): void {
  const agentDir = agentDirOf(stateDir);
  mkdirSync(agentDir, { recursive: true, mode: 0o700 });
  const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const entry = (key: string): object => ({ type: 'api_key', provider: 'anthropic', key, unknownField: { a: 1.5 } });
  const names = {
    [WORK]: { provider: 'anthropic', mode: 'api_key' },
    [HOME]: { provider: 'anthropic', mode: 'api_key' },
  };
  writeFileSync(path.join(stateDir, 'openclaw.json'), text({ auth: { profiles: names }, unknownPart: [1, 2] }), {
    mode: 0o600,
  });
  if (situation === 'first') return;
  const order = { order: { anthropic: ORDER } };
  const keepsState = !release.startsWith('2026.2.');
  const store = { version: 1, profiles: { [WORK]: entry(OLD_KEY), [HOME]: entry('FAKE-home') } };
  const file = situation === 'symlinked' ? path.join(stateDir, 'elsewhere/store.json') : storeOf(stateDir);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text(keepsState ? store : { ...store, ...order }), { mode: 0o600 });
  // A relative link, so that a copy of the scene leads to its own store.
  if (situation === 'symlinked') symlinkSync('../../../elsewhere/store.json', storeOf(stateDir));
  if (keepsState)
    writeFileSync(path.join(agentDir, 'auth-state.json'), text({ version: 1, ...order }), { mode: 0o600 });
}

/** The documents of a scene by path relative to the state directory; `null` where there is none. */
export type Documents = Readonly<Record<string, string | null>>;

const DOCUMENTS = ['agents/main/agent/auth-profiles.json', 'agents/main/agent/auth-state.json', 'openclaw.json'];

export function readDocuments(stateDir: string): Documents {
  const read = (name: string): string | null =>
    existsSync(path.join(stateDir, name)) ? readFileSync(path.join(stateDir, name), 'utf8') : null;
  return Object.fromEntries(DOCUMENTS.map((name) => [name, read(name)]));
}

/** Every file and folder below, relative, with its mode. */
export function listScene(stateDir: string): { name: string; mode: number; isDirectory: boolean; isLink: boolean }[] {
  return readdirSync(stateDir, { recursive: true, withFileTypes: true }).map((entry) => {
    const full = path.join(entry.parentPath, entry.name);
    const isLink = entry.isSymbolicLink();
    return {
      name: path.relative(stateDir, full),
      mode: isLink ? 0 : statSync(full).mode & 0o777,
      isDirectory: entry.isDirectory(),
      isLink,
    };
  });
}

/** Locks and temporary files, ours and those of a release. */
export function leftoversOf(stateDir: string): string[] {
  return listScene(stateDir)
    .map(({ name }) => name)
    .filter((name) => /\.(?:lock|tmp|stale)$/.test(name));
}
