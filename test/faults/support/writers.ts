import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { OpenClaw } from '../../harness/openclaw.ts';
import { readAcks, summarise, type AckSummary } from './ackLog.ts';
import { runSupportWell } from './children.ts';
import { endFileOf, type OwnWriterSpec } from './ownWriter.ts';

/** Processes that write to one store at the same time. Each has profiles of its own, and an order of its own. */
export interface WritersPlan {
  readonly stateDir: string;
  readonly release: string;
  /** Long-lived processes of ours, and how many writes each makes. */
  readonly own: number;
  readonly ownWrites: number;
  /** Writes of ours that get a process each, one after another. */
  readonly oneShots: number;
  /** Processes of the real release. */
  readonly cli: OpenClaw | null;
  readonly peers: number;
  readonly peerWrites: number;
  readonly pauseMs: number;
  /** Words before the command of each process of ours, in turn. */
  readonly ownPrefixes?: readonly (readonly string[])[];
  /** Compare again, and put back once what was undone. */
  readonly looksAgain?: boolean;
}

export interface WritersResult {
  readonly own: SideResult;
  readonly peers: SideResult;
  /** What is in the agent's directory besides its two files. */
  readonly leftovers: readonly string[];
  /** Profiles of the store that the configuration does not name. */
  readonly unconfigured: number;
  readonly seconds: number;
}

export interface SideResult {
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /** Acknowledged writes that were not there at the writer's next look, and final states that are not in the store. */
  readonly lost: number;
  /** Losses that the compare-again step saw. */
  readonly noticed: number;
  /** Final states that are not in the store and that nobody noticed. */
  readonly silent: readonly string[];
  readonly words: readonly string[];
}

const PROFILES = 4;
const STORE_FILES = new Set(['auth-profiles.json', 'auth-state.json']);

export async function runWriters(plan: WritersPlan): Promise<WritersResult> {
  const start = performance.now();
  const agentDir = path.join(plan.stateDir, 'agents', 'main', 'agent');
  mkdirSync(agentDir, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(agentDir, 'auth-profiles.json'), '{\n  "version": 1,\n  "profiles": {}\n}\n', {
    mode: 0o600,
  });
  const logs = path.join(plan.stateDir, 'acks');
  mkdirSync(logs);
  const owners = Array.from({ length: plan.own }, (_, index) => `own${String(index)}`);
  const peers = Array.from({ length: plan.peers }, (_, index) => `peer${String(index)}`);
  const spec = (owner: string, first: number, writes: number): OwnWriterSpec => ({
    stateDir: plan.stateDir,
    release: plan.release,
    owner,
    first,
    writes,
    profiles: PROFILES,
    log: path.join(logs, owner),
    pauseMs: plan.pauseMs,
    looksAgain: plan.looksAgain ?? false,
  });
  const others = Promise.all([
    (async () => {
      for (let count = 1; count <= plan.oneShots; count += 1)
        await runSupportWell('ownWriter.ts', [JSON.stringify({ ...spec('oneShot', count, 1), looksAgain: false })]);
    })(),
    ...peers.map((owner) => {
      const rest = [owner, String(plan.peerWrites), String(PROFILES), String(plan.pauseMs), path.join(logs, owner)];
      const peer = [plan.cli?.dir ?? '', 'write', plan.stateDir, ...rest];
      return runSupportWell('realPeer.mjs', peer);
    }),
  ]).finally(() => writeFileSync(endFileOf(plan.stateDir), ''));
  await Promise.all([
    others,
    ...owners.map((owner, index) => {
      const prefix = plan.ownPrefixes?.[index] ?? [];
      return runSupportWell('ownWriter.ts', [JSON.stringify(spec(owner, 1, plan.ownWrites))], { prefix });
    }),
  ]);
  const store = readStore(agentDir);
  const sum = (names: readonly string[]): SideResult =>
    judge(
      names.map((owner) => summarise(readAcks(path.join(logs, owner)))),
      store,
    );
  return {
    own: sum(plan.oneShots > 0 ? [...owners, 'oneShot'] : owners),
    peers: sum(peers),
    leftovers: readdirSync(agentDir).filter((name) => !STORE_FILES.has(name)),
    unconfigured: countUnconfigured(plan.stateDir, store, owners),
    seconds: (performance.now() - start) / 1000,
  };
}

interface FinalStore {
  readonly profiles: Readonly<Record<string, { readonly key?: string } | undefined>>;
  readonly order: Readonly<Record<string, readonly string[] | undefined>>;
}

function readStore(agentDir: string): FinalStore {
  const load = (name: string): Partial<FinalStore> => {
    try {
      return JSON.parse(readFileSync(path.join(agentDir, name), 'utf8')) as Partial<FinalStore>;
    } catch {
      return {};
    }
  };
  const [store, state] = [load('auth-profiles.json'), load('auth-state.json')];
  return { profiles: store.profiles ?? {}, order: { ...store.order, ...state.order } };
}

function judge(sides: readonly AckSummary[], store: FinalStore): SideResult {
  const silent: string[] = [];
  let gone = 0;
  const check = (isThere: boolean, name: string, side: AckSummary): void => {
    if (isThere) return;
    gone += 1;
    if (!side.noticedLast.has(name)) silent.push(name);
  };
  for (const side of sides) {
    for (const [id, value] of side.profiles) check((store.profiles[id]?.key ?? null) === value, id, side);
    for (const [provider, ids] of side.orders)
      check(JSON.stringify(store.order[provider] ?? null) === JSON.stringify(ids), provider, side);
  }
  const total = (key: 'acknowledged' | 'refused' | 'unknown' | 'missed' | 'noticed'): number =>
    sides.reduce((sum, side) => sum + side[key], 0);
  return {
    acknowledged: total('acknowledged'),
    refused: total('refused'),
    unknown: total('unknown'),
    lost: total('missed') + gone,
    noticed: total('noticed'),
    silent,
    words: [...new Set(sides.flatMap(({ words }) => words))],
  };
}

function countUnconfigured(stateDir: string, store: FinalStore, owners: readonly string[]): number {
  let text = '{}';
  try {
    text = readFileSync(path.join(stateDir, 'openclaw.json'), 'utf8');
  } catch {
    // No write of ours, no configuration.
  }
  const config = JSON.parse(text) as { auth?: { profiles?: Record<string, unknown> } };
  const ours = Object.keys(store.profiles).filter((id) => owners.some((owner) => id.startsWith(`${owner}:`)));
  return ours.filter((id) => !Object.hasOwn(config.auth?.profiles ?? {}, id)).length;
}
