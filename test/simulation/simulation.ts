import fc from 'fast-check';
import { profileId } from '../../src/domain/ids.ts';
import { MemoryLease } from '../fakes/memoryLease.ts';
import { MemoryMarks } from '../fakes/memoryMarks.ts';
import { FakeSecrets } from './fakeSecrets.ts';
import { FakeStore } from './fakeStore.ts';
import { Ledger } from './ledger.ts';
import { SimulatedWindow } from './simulatedWindow.ts';
import { chanceOf, SimulatedTimers, Steps, type Chance } from './steps.ts';

const MINUTE = 60_000;
const IDS = ['a', 'b', 'c'] as const;
const COMMANDS = [
  'nothing',
  'enter',
  'enter',
  'remove',
  'enterCopy',
  'enterCopy',
  'forgetCopy',
  'handEdit',
  'handEdit',
  'handDelete',
  'usage',
  'oauthRefresh',
  'wipe',
  'damage',
  'remember',
  'clobber',
  'offline',
  'loseAnswer',
  'secretsFail',
  'secretsForget',
  'secretsLate',
  'secretsHeal',
  'crash',
  'decide',
  'settleIncident',
  'consent',
  'wait',
  'wait',
  'hurry',
  'hurry',
  'rest',
] as const;

const FAULTS = ['throws', 'late', 'undecryptable'] as const;

/** One step: what happens, to which profile, in which window, and how much of what is on its way goes on after it. */
export interface Command {
  readonly kind: (typeof COMMANDS)[number];
  readonly id: (typeof IDS)[number];
  readonly window: 0 | 1;
  readonly chance: number;
}

/** Sequences of `length` steps; a smaller one has more steps in which nothing happens. */
export function commandSequences(length: number): fc.Arbitrary<Command[]> {
  const command = fc.record({
    kind: fc.nat(COMMANDS.length - 1).map((index) => COMMANDS[index] ?? 'nothing'),
    id: fc.constantFrom(...IDS),
    window: fc.constantFrom(0 as const, 1 as const),
    chance: fc.nat(2 ** 30),
  });
  return fc.array(command, { minLength: length, maxLength: length });
}

/** Runs one sequence, then lets everything heal and come to rest. What was found wrong; empty when all is well. */
export async function simulate(commands: readonly Command[]): Promise<readonly string[]> {
  const world = new World();
  await world.start();
  for (const command of commands) {
    await world.step(command);
    if (world.ledger.problems.length > 0) return [...world.ledger.problems, ...world.ledger.story()];
  }
  const problems = await world.finish(chanceOf(commands.length));
  return problems.length === 0 ? [] : [...problems, ...world.ledger.story()];
}

class World {
  readonly ledger = new Ledger();
  readonly #steps = new Steps();
  readonly #timers = new SimulatedTimers();
  readonly #store = new FakeStore(this.#steps, this.ledger);
  readonly #secrets = new FakeSecrets(this.#steps, this.ledger);
  readonly #marks = new MemoryMarks();
  readonly #leases = new MemoryLease(this.#timers);
  #windows: SimulatedWindow[] = [];
  #opened = 0;
  #values = 0;
  /** From the next rest on: what has begun comes to its end. */
  #isForbidden = false;

  async start(): Promise<void> {
    this.#store.edit((entries) => {
      entries.set('a', { type: 'token', value: 'a0', extra: 'kept' });
      entries.set('c', { type: 'oauth', value: 'g0', extra: 'kept' });
    });
    this.#windows = [this.#open(), this.#open()];
    await this.#rest(chanceOf(0));
    await this.#consent('sync');
    await this.#rest(chanceOf(0));
  }

  async step({ kind, id, window, chance: seed }: Command): Promise<void> {
    const chance = chanceOf(seed);
    this.ledger.log.push(`-- ${kind} ${id} in window ${window}`);
    await this.#do(kind, id, window, chance);
    if (kind === 'wait') await this.#pass([1_000, 6_000, 70_000][chance(3)] ?? 0, chance);
    else await this.#steps.go(chance, kind === 'rest' ? undefined : chance(12));
    this.#checkOAuth();
  }

  async finish(chance: Chance): Promise<readonly string[]> {
    this.ledger.log.push('-- the end');
    this.#store.isOffline = false;
    this.#store.losesNextAnswer = false;
    if (this.#store.state !== 'ok') this.#store.edit(() => {});
    this.#healSecrets();
    // As when the windows are focused.
    for (const { readings } of this.#windows) void this.ledger.as('engine', () => readings.reload());
    await this.#rest(chance);
    await this.#consent('sync');
    for (let round = 0; round < 12; round += 1) {
      await this.#pass(7 * MINUTE, chance);
      const [first] = this.#windows;
      if (first === undefined) break;
      const [conflict] = first.conflicts();
      // Where it is shown: a window that does not write learns of it with its next reading.
      const shown = this.#windows.find(({ hasIncident }) => hasIncident) ?? first;
      void shown.settleIncident((id) => id !== profileId('b'));
      await this.#rest(chance);
      if (conflict !== undefined) void first.resolve(conflict, { keep: chance(2) === 0 ? 'store' : 'vault' });
      await this.#rest(chance);
    }
    await this.#pass(7 * MINUTE, chance);
    return [...this.ledger.problems, ...(await this.#differences(chance))];
  }

  async #do(kind: Command['kind'], id: string, which: 0 | 1, chance: Chance): Promise<void> {
    const window = this.#windows[which];
    if (window === undefined) return;
    const store = this.#store;
    const user = (work: () => Promise<void>): void => void this.ledger.as('user', work);
    const deeds: Record<Command['kind'], () => unknown> = {
      nothing: () => null,
      wait: () => null,
      rest: () => null,
      hurry: () => this.#timers.advance([6_000, 70_000][chance(2)] ?? 0, () => this.#steps.go(chance, chance(8))),
      enter: () => user(() => window.enter(id, this.#newValue())),
      remove: () => user(() => window.remove(id)),
      enterCopy: () => user(() => window.enterCopy(id, this.#newValue())),
      forgetCopy: () => user(() => window.forgetCopy(id)),
      handEdit: () => this.#handEdit(id, chance(4) === 0 ? 'a0' : this.#newValue()),
      handDelete: () => store.edit((entries) => entries.delete(id)),
      usage: () => store.edit(() => {}),
      oauthRefresh: () => this.#refresh(),
      wipe: () => store.edit((entries) => entries.clear(), chance(2) === 0 ? 'missing' : 'ok'),
      damage: () => store.edit(() => {}, 'malformed'),
      remember: () => (store.remembered = store.entries),
      clobber: () => this.#clobber(),
      offline: () => (store.isOffline = !store.isOffline),
      loseAnswer: () => (store.losesNextAnswer = true),
      secretsFail: () => (this.#secrets.fault = FAULTS[chance(3)] ?? null),
      secretsForget: () => this.#secrets.forget(),
      secretsLate: () => (this.#secrets.isLate = true),
      secretsHeal: () => this.#healSecrets(),
      crash: () => this.#crash(window, which),
      decide: () => this.#decide(window, chance),
      settleIncident: () => void window.settleIncident(() => chance(3) > 0),
      consent: () => this.#consent((['sync', 'sync', 'keepMine', 'off'] as const)[chance(4)] ?? 'sync'),
    };
    await deeds[kind]();
  }

  #handEdit(id: string, value: string): void {
    this.#store.edit((entries) => {
      entries.set(id, { type: 'token', value, extra: entries.get(id)?.extra ?? '' });
    });
  }

  #healSecrets(): void {
    this.#secrets.fault = null;
    this.#secrets.isLate = false;
    this.#secrets.fire();
  }

  #crash(window: SimulatedWindow, which: 0 | 1): void {
    window.crash();
    this.#steps.crash(window);
    this.ledger.change();
    this.#windows[which] = this.#open();
  }

  #decide(window: SimulatedWindow, chance: Chance): void {
    const [conflict] = window.conflicts();
    if (conflict === undefined) return;
    const otherId = profileId(`other${chance(1_000_000)}`);
    const choices = [{ keep: 'store' }, { keep: 'vault' }, { keep: 'both', otherId }] as const;
    void window.resolve(conflict, choices[chance(3)] ?? choices[0]);
  }

  /** The gateway renews its login: the refresh token before it is void. */
  #refresh(): void {
    this.#store.edit((entries) => {
      const entry = entries.get('c');
      if (entry?.type !== 'oauth') return;
      this.#store.newestGeneration += 1;
      entries.set('c', { ...entry, value: `g${this.#store.newestGeneration}` });
    });
  }

  /** What it remembers, but for its own logins, which it knows better. */
  #clobber(): void {
    const { remembered } = this.#store;
    if (remembered === null) return;
    this.#store.edit((entries) => {
      const login = entries.get('c');
      entries.clear();
      for (const [id, entry] of remembered) entries.set(id, entry);
      if (login?.type === 'oauth') entries.set('c', login);
    });
  }

  #checkOAuth(): void {
    const { entries, newestGeneration } = this.#store;
    const login = entries.get('c');
    if (login?.type === 'oauth' && login.value !== `g${newestGeneration}`) {
      // A gateway that remembered an older one is the only way to it.
      if (this.#store.remembered?.get('c')?.value !== login.value)
        this.ledger.problems.push('an older login came back');
    }
    for (const [id, { extra }] of entries)
      if ((id === 'a' || id === 'c') && extra !== 'kept' && extra !== '')
        this.ledger.problems.push(`${id} lost its fields`);
  }

  async #differences(chance: Chance): Promise<readonly string[]> {
    const held = new Map<string, string>();
    for (const text of this.#secrets.values.values()) {
      const { identity, credential } = JSON.parse(text) as {
        identity: { profileId: string };
        credential?: { value: string };
      };
      if (credential !== undefined) held.set(identity.profileId, credential.value);
    }
    const { entries } = this.#store;
    const problems: string[] = [];
    for (const [id, { type, value }] of entries) {
      if (type === 'token' && held.get(id) !== value) problems.push(`at rest, ${id} is ${value} and ${held.get(id)}`);
      if (type === 'oauth' && held.get(id) === value) problems.push('a login was copied');
    }
    for (const [index, { engine }] of this.#windows.entries())
      for (const { profiles, incident } of engine.state.agents.values()) {
        if (incident !== null) problems.push(`window ${index} stays with ${JSON.stringify(incident)}`);
        for (const { action, identity, failure } of profiles.values())
          if (action !== 'offer') problems.push(`at rest, ${action} of ${identity.profileId}, ${failure?.code}`);
      }
    const before = this.ledger.log.length;
    await this.#pass(10 * MINUTE, chance);
    if (this.ledger.log.length > before) problems.push('it goes on writing at rest');
    return problems;
  }

  #open(): SimulatedWindow {
    this.#opened += 1;
    const lease = this.#leases.window(`window ${this.#opened}`);
    const { ledger } = this;
    return new SimulatedWindow({
      ...{ store: this.#store, secrets: this.#secrets, ledger, marks: this.#marks, timers: this.#timers, lease },
    });
  }

  async #consent(consent: 'sync' | 'keepMine' | 'off'): Promise<void> {
    const window = this.#windows.find(({ readings }) => readings.current() !== null);
    if (window === undefined) return;
    this.ledger.change();
    const done = this.ledger.as('user', () => window.engine.setConsent(consent));
    // It is kept before anything else is awaited.
    await Promise.resolve();
    if (consent !== 'off') this.ledger.isAllowed = true;
    this.#isForbidden = consent === 'off';
    void done;
  }

  #newValue(): string {
    this.#values += 1;
    return `v${this.#values}`;
  }

  async #rest(chance: Chance): Promise<void> {
    await this.#steps.go(chance);
    if (this.#isForbidden) this.ledger.isAllowed = false;
  }

  async #pass(ms: number, chance: Chance): Promise<void> {
    await this.#rest(chance);
    await this.#timers.advance(ms, () => this.#rest(chance));
  }
}
