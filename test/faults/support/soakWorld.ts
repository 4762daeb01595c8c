import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { profileId, type Fingerprinter } from '../../../src/domain/ids.ts';
import { keyedFingerprinter } from '../../../src/domain/keyedFingerprint.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { systemTimers, type Timers } from '../../../src/platform/timers.ts';
import { KEY_PREFIX } from '../../../src/vault/envelope.ts';
import { loadFingerprintKey } from '../../../src/vault/fingerprintKey.ts';
import { cleanEnv, type OpenClaw } from '../../harness/openclaw.ts';
import { writeHome } from '../../harness/openclawHome.ts';
import { Ledger } from '../../simulation/ledger.ts';
import { sampleOf } from './chance.ts';
import { FileSecrets } from './fileSecrets.ts';
import { startSoakGateway, type GatewayDeed, type SoakGateway } from './soakGateway.ts';
import { SoakRound, type Holdings } from './soakRound.ts';
import { AGENTS, idsOf, loginOf, SoakSides, type Agent } from './soakSides.ts';
import { heldIn } from './soakVault.ts';
import { keyOf, SoakWindow, type SoakHost } from './soakWindow.ts';

/** So much faster than the clock the engine's own time passes: its waits are minutes. */
const SPEED = 5;
/** For both sides to agree: longer than the engine's longest pause between two tries. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 300;
const REST_MS = 2_000;

export interface WorldSpec {
  readonly cli: OpenClaw;
  readonly folder: string;
  readonly workerPath: string;
}

/** A home with three agents, a real gateway that writes to their stores, and two windows. */
export class SoakWorld {
  readonly ledger = new Ledger();
  readonly host: SoakHost;
  readonly #gateway: SoakGateway;
  readonly sides: SoakSides;
  readonly #secrets: FileSecrets;
  readonly #chance: () => number;
  windows: SoakWindow[] = [];
  round = new SoakRound();
  #holdings: Holdings = { store: new Map(), vault: new Map() };
  /** Entries that carry a field which we do not know. */
  readonly #tagged = new Set<string>();
  /** The newest login that the gateway wrote, by agent. */
  readonly #logins = new Map<Agent, string>();
  #values = 0;

  private constructor(parts: {
    host: (ledger: Ledger) => SoakHost;
    gateway: SoakGateway;
    stateDir: string;
    chance: () => number;
  }) {
    this.host = parts.host(this.ledger);
    this.#gateway = parts.gateway;
    this.#secrets = this.host.secrets;
    this.sides = new SoakSides(parts.stateDir, this.#secrets, this.host.fingerprint);
    this.#chance = parts.chance;
  }

  static async open({ cli, folder, workerPath }: WorldSpec, chance: () => number): Promise<SoakWorld> {
    const home = path.join(folder, 'home');
    const agents = Object.fromEntries(
      AGENTS.map((agent) => [agent, { store: { version: 1, profiles: {} }, state: null }]),
    );
    const { stateDir } = await writeHome(home, cli.version, { config: {}, agents });
    const storage = path.join(folder, 'storage');
    const ledgers: Ledger[] = [];
    let fingerprint: Fingerprinter = () => {
      throw new Error('No key yet.');
    };
    const secrets = new FileSecrets(path.join(folder, 'secrets'), (before, text) => {
      if (!text.startsWith('{')) return;
      const [earlier, now] = [before === null ? null : heldIn(before, fingerprint), heldIn(text, fingerprint)];
      ledgers[0]?.vaultWrite({ id: now.key, before: earlier?.held ?? null, after: now.held });
    });
    const { key: fingerprintKey } = await loadFingerprintKey(secrets, silentLogger);
    fingerprint = keyedFingerprinter(fingerprintKey);
    const gateway = await startSoakGateway(cli.dir, cli.node, stateDir);
    const host = (ledger: Ledger): SoakHost => {
      ledgers.push(ledger);
      return {
        ...{ env: cleanEnv(cli, home), home, workerPath, storage, secrets, ledger, fingerprintKey, fingerprint },
        ...{ timers: fastTimers(), isOffline: false },
      };
    };
    const world = new SoakWorld({ host, gateway, stateDir, chance });
    await world.#start();
    return world;
  }

  end(): void {
    for (const window of this.windows) window.dispose();
    this.#gateway.end();
  }

  newValue(): string {
    this.#values += 1;
    return ['sk', 'FAKE', 'soak', String(this.#values)].join('-');
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#chance() * items.length)] as T;
  }

  /** The gateway, or a hand at its store. */
  async outside(deed: GatewayDeed, agent: Agent, id: string): Promise<void> {
    const key = keyOf(agent, id);
    if (deed === 'success' || deed === 'failure' || deed === 'order') {
      // Only an order needs the ids.
      await this.#gateway.do(deed, agent, id, sampleOf(idsOf(agent), 4, this.#chance).join(' '));
      return;
    }
    const value = this.newValue();
    if (deed === 'refresh') return this.#refresh(agent, value);
    // Whoever sees it must find it noted.
    if (deed === 'put') this.ledger.inStore(key, this.sides.printOf(value));
    this.ledger.change(key);
    const isDone = await this.#gateway.do(deed, agent, id, value);
    this.ledger.change(key);
    if (deed === 'put') this.round.put(key, this.sides.printOf(value), isDone);
    if (deed === 'remove') {
      this.round.loseFromStore(key);
      this.#tagged.delete(key);
    }
  }

  /** The store is gone, empty, or cannot be read. */
  wipe(agent: Agent): void {
    this.round.wiped.add(agent);
    this.#logins.delete(agent);
    for (const key of this.#tagged) if (key.startsWith(`${agent} `)) this.#tagged.delete(key);
    this.ledger.change();
    this.sides.wipe(agent, this.pick(['missing', 'emptied', 'malformed'] as const));
    this.ledger.change();
  }

  /** SecretStorage loses every profile. */
  forget(): void {
    this.round.isForgotten = true;
    this.#secrets.forget(KEY_PREFIX);
    this.ledger.change();
  }

  setSecretsFailing(isFailing: boolean): void {
    this.#secrets.isFailing = isFailing;
    this.ledger.change();
  }

  untag(key: string): void {
    this.#tagged.delete(key);
  }

  /** As when an editor is closed and opened. */
  reopen(which: number): void {
    this.windows[which]?.dispose();
    this.ledger.change();
    this.windows[which] = new SoakWindow(this.host);
  }

  /** Everything heals, the user decides what is left, and both sides agree. What was wrong since the last rest. */
  async rest(): Promise<readonly string[]> {
    this.host.isOffline = false;
    this.setSecretsFailing(false);
    for (const agent of AGENTS)
      if (this.sides.profiles(agent) === null) await this.outside('put', agent, this.pick(idsOf(agent)));
    const open = await this.#converge();
    const after = this.sides.look();
    const problems = [
      ...open,
      ...this.round.problems(this.#holdings, after.holdings),
      ...[...this.#tagged].filter((key) => after.untagged.has(key)).map((key) => `${key} lost a field`),
      ...[...this.#logins].flatMap(([agent, newest]) => this.#loginProblems(agent, newest)),
      ...(open.length > 0 ? [] : await this.#disturbRest()),
      ...this.ledger.problems,
    ];
    if (problems.length > 0) problems.push(...this.ledger.story().slice(-60));
    this.ledger.problems.length = 0;
    this.ledger.log.length = 0;
    this.round = new SoakRound();
    this.#holdings = this.sides.look().holdings;
    await this.#tagAll();
    return problems;
  }

  async #refresh(agent: Agent, value: string): Promise<void> {
    const isDone = await this.#gateway.do('refresh', agent, loginOf(agent), value);
    // Which came first, this or the wipe, nobody knows.
    if (isDone && !this.round.wiped.has(agent)) this.#logins.set(agent, value);
    else this.#logins.delete(agent);
  }

  async #start(): Promise<void> {
    for (const agent of AGENTS) {
      for (const id of idsOf(agent)) await this.outside('put', agent, id);
      await this.outside('refresh', agent, '');
    }
    this.windows = [new SoakWindow(this.host), new SoakWindow(this.host)];
    const [first] = this.windows;
    await first?.readings.reload();
    this.ledger.isAllowed = true;
    await this.ledger.as('user', () => first?.engine.setConsent('sync'));
    const problems = await this.rest();
    if (problems.length > 0) throw new Error(`It does not begin well:\n${problems.join('\n')}`);
  }

  async #converge(): Promise<readonly string[]> {
    const end = performance.now() + PATIENCE_MS;
    let agreed = 0;
    for (;;) {
      const open = [...this.sides.look().differences, ...this.windows.flatMap((window) => window.unrest())];
      agreed = open.length === 0 ? agreed + 1 : 0;
      if (agreed === 2) return [];
      if (performance.now() > end) return open;
      // As when the windows are focused.
      for (const { readings } of this.windows) await this.ledger.as('engine', () => readings.reload());
      await this.#decide();
      await sleep(PAUSE_MS);
    }
  }

  async #decide(): Promise<void> {
    const window = this.windows.find(({ engine }) => engine.state.isWriter);
    if (window === undefined) return;
    for (const agent of AGENTS) {
      const isKeeping = this.pick([0.3, 1]);
      for (const id of await window.settleIncident(agent, () => this.#chance() < isKeeping))
        this.round.open(keyOf(agent, id));
    }
    const [conflict] = window.conflicts();
    if (conflict === undefined) return;
    const { agentId, profileId: id } = conflict.identity;
    const [key, other] = [keyOf(agentId, id), `${id}-other`];
    this.round.remove(key);
    this.untag(key);
    const { store, vault } = this.sides.look().holdings;
    const held = vault.get(key);
    const isFree = !id.endsWith('-other') && !store.has(keyOf(agentId, other)) && !vault.has(keyOf(agentId, other));
    if (held !== undefined && isFree && this.pick([true, false])) {
      this.round.put(keyOf(agentId, other), held, false);
      return window.resolve(conflict, { keep: 'both', otherId: profileId(other) });
    }
    return window.resolve(conflict, { keep: this.pick(['store', 'vault'] as const) });
  }

  /** At rest the gateway goes on noting what it used. Nobody writes because of that. */
  async #disturbRest(): Promise<readonly string[]> {
    const before = this.ledger.log.length;
    for (const agent of AGENTS) await this.outside('success', agent, this.pick(idsOf(agent)));
    await sleep(REST_MS);
    const more = this.ledger.log.slice(before);
    return more.length === 0 ? [] : [`it goes on writing at rest: ${more.join('; ')}`];
  }

  async #tagAll(): Promise<void> {
    for (const key of this.sides.look().untagged) {
      const [agent = 'main', id = ''] = key.split(' ');
      await this.#gateway.do('tag', agent, id);
      this.#tagged.add(key);
    }
  }

  #loginProblems(agent: Agent, newest: string): readonly string[] {
    const held = this.sides.profiles(agent)?.[loginOf(agent)]?.refresh;
    return held === newest ? [] : [`the login of ${agent} is ${String(held)}, not ${newest}`];
  }
}

function fastTimers(): Timers {
  return {
    now: () => systemTimers.now() * SPEED,
    after: (delayMs, task) => systemTimers.after(delayMs / SPEED, task),
  };
}
