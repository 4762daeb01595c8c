// The editor's side of the soak, in a process of its own. Run with one argument: the SoakSpec as JSON. Prints a SoakReading a line.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { chanceOf } from './chance.ts';
import { AGENTS, idsOf } from './soakSides.ts';
import { keyOf } from './soakWindow.ts';
import { SoakWorld, type WorldSpec } from './soakWorld.ts';

export interface SoakSpec extends WorldSpec {
  readonly seed: number;
  /** Rounds begin until then. */
  readonly totalMs: number;
  /** From the beginning of one round to the beginning of the next, at least. The last part is rest. */
  readonly roundMs: number;
}

export interface SoakReading {
  readonly problems: readonly string[];
  readonly deeds: number;
  /** Confirmed writes of the round: the engine's and the users'. */
  readonly writes: number;
  readonly seconds: number;
  /** Bytes after a collection: on the heap and beside it. */
  readonly heap: number;
  /** Bytes of the whole process, without the pages of programs and libraries, which the system loads and drops as it likes. */
  readonly own: number;
  readonly files: number;
  /** Other than the gateway. */
  readonly children: number;
}

/** Of a round; the rest of it is rest. */
const BUSY_PART = 0.6;
const MOST_PENDING = 6;
const LONGEST_PAUSE_MS = 500;
const LONGEST_FAULT_MS = 3_000;

type Deed =
  | 'success'
  | 'failure'
  | 'refresh'
  | 'put'
  | 'handRemove'
  | 'order'
  | 'enter'
  | 'enterCopy'
  | 'remove'
  | 'ownOrder'
  | 'offline'
  | 'secretsFail'
  | 'wipe'
  | 'forget'
  | 'reopen';

const DEEDS: readonly Deed[] = [
  ...Array.from({ length: 6 }, () => 'success' as const),
  ...(['failure', 'failure', 'refresh', 'refresh', 'put', 'put', 'handRemove', 'order'] as const),
  ...(['enter', 'enter', 'enter', 'enterCopy', 'remove', 'ownOrder'] as const),
  ...(['offline', 'secretsFail', 'wipe', 'forget', 'reopen'] as const),
];

async function run(spec: SoakSpec): Promise<void> {
  const world = await SoakWorld.open(spec, chanceOf(spec.seed));
  try {
    const end = performance.now() + spec.totalMs;
    for (let start = performance.now(); start < end; start = performance.now()) {
      const deeds = await live(world, start + spec.roundMs * BUSY_PART);
      const writes = world.ledger.log.length;
      const problems = await world.rest();
      await sleep(Math.max(0, start + spec.roundMs - performance.now()));
      const seconds = (performance.now() - start) / 1000;
      process.stdout.write(
        `${JSON.stringify({ problems, deeds, writes, seconds, ...measure() } satisfies SoakReading)}\n`,
      );
    }
  } finally {
    world.end();
  }
}

/** Users and gateway at work until `end`. How many deeds were done. */
async function live(world: SoakWorld, end: number): Promise<number> {
  const pending = new Set<Promise<unknown>>();
  let deeds = 0;
  while (performance.now() < end) {
    const work = perform(world, world.pick(DEEDS));
    pending.add(work);
    void work.finally(() => pending.delete(work)).catch(() => {});
    deeds += 1;
    await sleep(world.pick([0, 0.1, 0.3, 1]) * LONGEST_PAUSE_MS);
    if (pending.size >= MOST_PENDING) await Promise.race(pending);
  }
  await Promise.all(pending);
  return deeds;
}

async function perform(world: SoakWorld, deed: Deed): Promise<void> {
  const { host, round } = world;
  const agent = world.pick(AGENTS);
  const id = world.pick(idsOf(agent));
  const key = keyOf(agent, id);
  const window = world.pick(world.windows);
  const faultMs = world.pick([0.1, 0.5, 1]) * LONGEST_FAULT_MS;
  // What both sides lose nobody can restore.
  const mayLose = !round.isForgotten && round.wiped.size === 0;
  const enter = async (how: 'enter' | 'enterCopy'): Promise<void> => {
    const value = world.newValue();
    const outcomes = await window[how](agent, id, value);
    if (outcomes === null) return;
    // A copy alone is pushed later, or only offered.
    const isConfirmed = how === 'enter' && outcomes.every(({ kind }) => kind === 'done');
    round.put(key, world.sides.printOf(value), isConfirmed);
  };
  const deeds: Record<Deed, () => unknown> = {
    success: () => world.outside('success', agent, id),
    failure: () => world.outside('failure', agent, id),
    refresh: () => world.outside('refresh', agent, id),
    put: () => world.outside('put', agent, id),
    order: () => world.outside('order', agent, id),
    handRemove: () => world.outside('remove', agent, id),
    enter: () => enter('enter'),
    enterCopy: () => enter('enterCopy'),
    remove: () => {
      round.remove(key);
      world.untag(key);
      return window.remove(agent, id);
    },
    ownOrder: () => window.setOrder(agent, idsOf(agent)),
    offline: async () => {
      host.isOffline = true;
      await sleep(faultMs);
      host.isOffline = false;
    },
    secretsFail: async () => {
      world.setSecretsFailing(true);
      await sleep(faultMs);
      world.setSecretsFailing(false);
    },
    wipe: () => {
      if (mayLose) world.wipe(agent);
    },
    forget: () => {
      if (mayLose) world.forget();
    },
    reopen: () => world.reopen(world.windows.indexOf(window)),
  };
  await deeds[deed]();
}

function measure(): Pick<SoakReading, 'heap' | 'own' | 'files' | 'children'> {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  const own = Number(/^RssAnon:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
  const children = readFileSync(`/proc/self/task/${String(process.pid)}/children`, 'utf8')
    .split(' ')
    .filter(Boolean);
  const files = readdirSync('/proc/self/fd').length;
  return { heap: heapUsed + external, own, files, children: children.length - 1 };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
await run(JSON.parse(process.argv[2] ?? '') as SoakSpec);
process.exit(0);
