import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { watchStores, type WatchTargets, type WatchTimes } from '../../../src/gateway/watch.ts';
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

const EVENTS_ONLY: WatchTimes = { debounceMs: 5, pollMs: 1_000_000 };
const COMPARISONS: WatchTimes = { debounceMs: 1, pollMs: 5 };

function start(targets: WatchTargets, times: WatchTimes): Bell {
  const bell = new Bell();
  const watcher = watchStores(() => Promise.resolve(targets), bell.ring, times);
  onTestFinished(() => watcher.dispose());
  return bell;
}

it('notices a store that is written, replaced or removed', async () => {
  const folder = await tempFolder();
  const store = path.join(folder, 'auth-profiles.json');
  const bell = start({ folders: [folder], files: [] }, EVENTS_ONLY);
  await bell.after(() => writeFile(store, '{}'));
  await bell.after(async () => {
    await writeFile(path.join(folder, 'auth-profiles.json.tmp'), '{}');
    await rename(path.join(folder, 'auth-profiles.json.tmp'), store);
  });
  await rm(store);
  await bell.after(() => writeFile(path.join(folder, 'openclaw-agent.sqlite-wal'), 'x'));
});

it('notices a state directory and an agent that appear later', async () => {
  const home = await tempFolder();
  const stateDir = path.join(home, '.openclaw');
  const agents = path.join(stateDir, 'agents');
  const bell = start({ folders: [stateDir, agents], files: [] }, COMPARISONS);
  await bell.after(() => mkdir(agents, { recursive: true }));
  let made = 0;
  await bell.after(() => mkdir(path.join(agents, `work${String((made += 1))}`)));
});

it('compares sizes and times where events do not come', async () => {
  const [folder, elsewhere] = [await tempFolder(), await tempFolder()];
  const store = path.join(elsewhere, 'auth-profiles.json');
  const bell = start({ folders: [folder], files: [store] }, COMPARISONS);
  let text = '';
  await bell.after(() => writeFile(store, (text += 'x')));
});

it('is silent about other files, and for ever once disposed', async () => {
  const folder = await tempFolder();
  const bell = new Bell();
  const watcher = watchStores(() => Promise.resolve({ folders: [folder], files: [] }), bell.ring, EVENTS_ONLY);
  const control = start({ folders: [folder], files: [] }, EVENTS_ONLY);
  await writeFile(path.join(folder, 'session.jsonl'), 'x');
  watcher.dispose();
  await control.after(() => writeFile(path.join(folder, 'openclaw.json'), '{}'));
  expect(bell.count).toBe(0);
  expect(control.count).toBe(1);
});
