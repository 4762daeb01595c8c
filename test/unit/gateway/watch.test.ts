import { watch } from 'node:fs';
import { chmod, link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { watchStores, type TargetSource, type WatchOptions, type WatchTargets } from '../../../src/gateway/watch.ts';
import { ManualTimers } from '../../fakes/manualTimers.ts';
import { tempFolder } from './tempFolder.ts';

/** Counts the calls and lets a test wait for the next one. */
class Bell {
  count = 0;
  readonly #waiting: (() => void)[] = [];

  readonly ring = (): void => {
    this.count += 1;
    for (const resolve of this.#waiting.splice(0)) resolve();
  };

  /** Repeats the action until it is noticed: nothing says when the system has begun to listen. */
  async after(action: () => Promise<unknown>): Promise<void> {
    const before = this.count;
    while (this.count === before) {
      const rung = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await action();
      await Promise.race([rung, sleep(50)]);
    }
  }
}

/** Targets that a test replaces. */
class Source implements TargetSource {
  #targets: WatchTargets;
  readonly #listeners = new Set<() => void>();

  constructor(targets: WatchTargets) {
    this.#targets = targets;
  }

  list(): Promise<WatchTargets> {
    return Promise.resolve(this.#targets);
  }

  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  change(targets: WatchTargets): void {
    this.#targets = targets;
    for (const listener of this.#listeners) listener();
  }
}

const QUICK = { settleMs: 1, burst: 1000, refillMs: 1 };
const EVENTS_ONLY: WatchOptions = { pace: QUICK, pollMs: 1_000_000 };
const COMPARISONS: WatchOptions = { pace: QUICK, pollMs: 5 };

function start(targets: WatchTargets | Source, options: WatchOptions): Bell {
  const bell = new Bell();
  const source = targets instanceof Source ? targets : new Source(targets);
  const watcher = watchStores(source, bell.ring, options);
  onTestFinished(() => watcher.dispose());
  return bell;
}

it('notices a store that is written, replaced or removed', async () => {
  const folder = await tempFolder();
  const store = path.join(folder, 'auth-profiles.json');
  const wal = path.join(folder, 'openclaw-agent.sqlite-wal');
  const bell = start({ folders: [], files: [store, wal] }, EVENTS_ONLY);
  await bell.after(() => writeFile(store, '{}'));
  await bell.after(async () => {
    await writeFile(path.join(folder, 'auth-profiles.json.tmp'), '{}');
    await rename(path.join(folder, 'auth-profiles.json.tmp'), store);
  });
  await rm(store);
  await bell.after(() => writeFile(wal, 'x'));
});

it('notices a state directory and an agent that appear later', async () => {
  const home = await tempFolder();
  const agents = path.join(home, '.openclaw', 'agents');
  const bell = start({ files: [path.join(home, '.openclaw', 'custom.json')], folders: [agents] }, EVENTS_ONLY);
  await bell.after(() => mkdir(agents, { recursive: true }));
  let made = 0;
  await bell.after(() => mkdir(path.join(agents, `work${String((made += 1))}`)));
  await bell.after(() => writeFile(path.join(home, '.openclaw', 'custom.json'), '{}'));
});

it('follows a store that is a link to where it is kept', async () => {
  const [folder, elsewhere] = [await tempFolder(), await tempFolder()];
  const [name, target] = [path.join(folder, 'auth-profiles.json'), path.join(elsewhere, 'kept.json')];
  await writeFile(target, '{}');
  await symlink(target, name);
  const bell = start({ folders: [], files: [name] }, EVENTS_ONLY);
  await bell.after(() => writeFile(target, '{}'));
});

it('follows the targets of the last reading, and leaves those of an earlier one', async () => {
  const [earlier, later] = [await tempFolder(), await tempFolder()];
  const source = new Source({ folders: [], files: [path.join(earlier, 'openclaw.json')] });
  const bell = start(source, EVENTS_ONLY);
  await bell.after(() => writeFile(path.join(earlier, 'openclaw.json'), '{}'));
  source.change({ folders: [], files: [path.join(later, 'moltbot.json')] });
  await bell.after(() => writeFile(path.join(later, 'moltbot.json'), '{}'));
  let heard: number;
  // What is owed for the other targets comes first.
  do {
    heard = bell.count;
    await sleep(100);
  } while (bell.count !== heard);
  await writeFile(path.join(earlier, 'openclaw.json'), '{"a":1}');
  await writeFile(path.join(later, 'other.json'), '{}');
  await bell.after(() => writeFile(path.join(later, 'moltbot.json'), '{}'));
  expect(bell.count).toBe(heard + 1);
});

it('reads a few times in a storm, and once more after the last write', async () => {
  const folder = await tempFolder();
  const store = path.join(folder, 'auth-profiles.json');
  const timers = new ManualTimers();
  let current = 0;
  const seen: number[] = [];
  const control = start({ folders: [], files: [store] }, EVENTS_ONLY);
  const watcher = watchStores(new Source({ folders: [], files: [store] }), () => void seen.push(current), {
    timers,
    pollMs: 1_000_000,
  });
  onTestFinished(() => watcher.dispose());
  // The first reading, for what happened before the listeners were there.
  while (seen.length === 0) await Promise.all([sleep(1), timers.advance(1000)]);
  seen.length = 0;
  for (let write = 0; write < 500; write += 1) {
    await writeFile(store, String((current += 1)));
    await timers.advance(1);
  }
  await control.after(() => writeFile(store, String((current += 1))));
  // It is owed, however long the file system takes to answer.
  while (seen.at(-1) !== current) await Promise.all([sleep(1), timers.advance(1000)]);
  // 500 writes took half a second of this clock.
  expect(seen.length).toBeLessThanOrEqual(5 + 2);
  expect(control.count).toBeGreaterThan(seen.length);
}, 60_000);

it('compares sizes and times where events do not come', async () => {
  // Nothing happens in the folder of one name of a file when another name of it is written through.
  const [folder, elsewhere] = [await tempFolder(), await tempFolder()];
  const [store, other] = [path.join(folder, 'auth-profiles.json'), path.join(elsewhere, 'other-name.json')];
  await writeFile(other, '');
  await link(other, store);
  const bell = start({ folders: [], files: [store] }, COMPARISONS);
  await bell.after(() => Promise.resolve());
  let text = '';
  await bell.after(() => writeFile(other, (text += 'x')));
});

it('is silent about other files, and for ever once disposed', async () => {
  const folder = await tempFolder();
  const targets: WatchTargets = { folders: [], files: [path.join(folder, 'openclaw.json')] };
  const bell = new Bell();
  const watcher = watchStores(new Source(targets), bell.ring, EVENTS_ONLY);
  await bell.after(() => Promise.resolve());
  const control = start(targets, EVENTS_ONLY);
  await control.after(() => Promise.resolve());
  const first = bell.count;
  await writeFile(path.join(folder, 'session.jsonl'), 'x');
  watcher.dispose();
  await control.after(() => writeFile(path.join(folder, 'openclaw.json'), '{}'));
  expect(bell.count).toBe(first);
  expect(control.count).toBe(2);
});

it('takes an event without a change for what it is', async () => {
  const folder = await tempFolder();
  const store = path.join(folder, 'openclaw-agent.sqlite-wal');
  await writeFile(store, 'x');
  let events = 0;
  const raw = watch(folder, () => (events += 1));
  onTestFinished(() => raw.close());
  const bell = start({ folders: [], files: [store] }, EVENTS_ONLY);
  await bell.after(() => Promise.resolve());
  await bell.after(() => writeFile(store, 'xx'));
  const before = bell.count;
  // As SQLite does with the owner when root opens a database.
  for (const end = events + 20; events < end;) {
    await chmod(store, 0o600);
    await sleep(2);
  }
  expect(bell.count).toBe(before);
  await bell.after(() => writeFile(store, 'xxx'));
});
