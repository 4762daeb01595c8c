import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fingerprintCredential } from '../../../src/domain/credential.ts';
import type { Fingerprinter } from '../../../src/domain/ids.ts';
import { KEY_PREFIX } from '../../../src/vault/envelope.ts';
import { agentDirOf } from '../../harness/openclawHome.ts';
import type { FileSecrets } from './fileSecrets.ts';
import type { Holdings } from './soakRound.ts';
import { heldIn } from './soakVault.ts';
import { credentialOf, keyOf } from './soakWindow.ts';

export const AGENTS = ['main', 'work', 'team'] as const;
export type Agent = (typeof AGENTS)[number];
export const idsOf = (agent: Agent): readonly string[] =>
  ['a', 'b', 'c', 'd'].map((name) => `anthropic:${agent}-${name}`);
export const loginOf = (agent: Agent): string => `anthropic:${agent}-login`;
export type Wipe = 'missing' | 'emptied' | 'malformed';

interface Entry {
  readonly type?: string;
  readonly key?: string;
  readonly refresh?: string;
  readonly metadata?: { readonly tag?: string };
}

/** What stands in the files of both sides, without the product's help. */
export interface Look {
  readonly holdings: Holdings;
  readonly differences: readonly string[];
  /** Keys in the store without the field that we do not know. */
  readonly untagged: ReadonlySet<string>;
}

export class SoakSides {
  readonly #stateDir: string;
  readonly #secrets: FileSecrets;
  readonly #print: Fingerprinter;

  constructor(stateDir: string, secrets: FileSecrets, print: Fingerprinter) {
    this.#stateDir = stateDir;
    this.#secrets = secrets;
    this.#print = print;
  }

  printOf(value: string): string {
    return fingerprintCredential(credentialOf(value), this.#print);
  }

  /** Null where the store cannot be read; a store that is not there has none. */
  profiles(agent: Agent): Readonly<Record<string, Entry>> | null {
    try {
      const store = JSON.parse(readFileSync(this.#file(agent), 'utf8')) as { profiles?: Record<string, Entry> };
      return store.profiles ?? {};
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? {} : null;
    }
  }

  wipe(agent: Agent, how: Wipe): void {
    const file = this.#file(agent);
    if (how === 'missing') rmSync(file, { force: true });
    else
      writeFileSync(file, how === 'emptied' ? '{"version":1,"profiles":{}}' : '{"version":1,"profi', { mode: 0o600 });
  }

  look(): Look {
    const store = new Map<string, string>();
    const untagged = new Set<string>();
    for (const agent of AGENTS)
      for (const [id, { type, key, metadata }] of Object.entries(this.profiles(agent) ?? {})) {
        if (type !== 'api_key') continue;
        store.set(keyOf(agent, id), this.printOf(String(key)));
        if (metadata?.tag === undefined) untagged.add(keyOf(agent, id));
      }
    const vault = new Map<string, string>();
    const differences: string[] = [];
    for (const text of this.#secrets.texts(KEY_PREFIX)) {
      const { key, held } = heldIn(text, this.#print);
      if (held.kind === 'credential') vault.set(key, held.value);
      if (key.endsWith('-login')) differences.push(`${key} was copied`);
    }
    for (const [key, value] of store)
      if (vault.get(key) !== value) differences.push(`at rest, ${key} is ${value} and ${String(vault.get(key))}`);
    return { holdings: { store, vault }, differences, untagged };
  }

  #file(agent: Agent): string {
    return path.join(agentDirOf(this.#stateDir, agent), 'auth-profiles.json');
  }
}
