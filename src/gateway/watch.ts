import { watch, type FSWatcher } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import { Pacer, type Pace } from '../platform/pacer.ts';
import { SingleFlight } from '../platform/singleFlight.ts';
import { systemTimers, type Timers } from '../platform/timers.ts';
import { FileStamps } from './fileStamps.ts';

/** What a snapshot is made of. All paths are absolute; what does not exist yet is waited for. */
export interface WatchTargets {
  readonly files: readonly string[];
  /** Folders of which every entry matters. */
  readonly folders: readonly string[];
}

export interface TargetSource {
  list(): Promise<WatchTargets>;
  /** Calls back when `list` would answer something else, and when a reading is due for another reason. */
  onDidChange(listener: () => void): Disposable;
}

export interface WatchOptions {
  readonly pace?: Pace;
  /** Between two comparisons of sizes and times, ms: the net for file systems without events. */
  readonly pollMs?: number;
  readonly timers?: Timers;
}

/** At most 2 + 1000 / 300, so 5 readings in any second, and the first one 20 ms after the write. */
const PACE: Pace = { settleMs: 20, burst: 2, refillMs: 300 };
const POLL_MS = 30_000;

/** One existing folder that is watched. */
interface Watched {
  readonly watcher: FSWatcher;
  /** Names that matter; `null`: every name does. */
  names: ReadonlySet<string> | null;
}

/**
 * Calls back soon after something changed that the snapshot is made of, a few times a second at most, and always once more
 * after the last change. Calls are hints: nothing relevant may have changed.
 */
export function watchStores(
  source: TargetSource,
  onMaybeChanged: () => Promise<void> | void,
  { pace = PACE, pollMs = POLL_MS, timers = systemTimers }: WatchOptions = {},
): Disposable {
  const lifetime = new Lifetime();
  const files = new FileStamps();
  let isForced = false;
  const force = (): void => {
    isForced = true;
    pacer.request();
  };
  const folders = new WatchedFolders((file) => {
    if (file === null) return force();
    files.doubt(file);
    pacer.request();
  });
  // A listener that cannot be set up leaves the comparison.
  const listening = new SingleFlight(async () => {
    const places = await findPlaces(await source.list());
    if (lifetime.isOver) return;
    // What appeared may have been filled before anybody listened.
    if (folders.replace(places)) force();
  });
  const listen = (): void => void listening.run().catch(() => {});
  const pacer = new Pacer(
    async () => {
      const isChanged = await files.check();
      if (!isChanged && !isForced) return false;
      isForced = false;
      listen();
      await onMaybeChanged();
      return true;
    },
    pace,
    timers,
  );
  let pause: Disposable | null = null;
  const poll = async (): Promise<void> => {
    const targets = await source.list().catch(() => null);
    for (const file of [...(targets?.files ?? []), ...(targets?.folders ?? [])]) files.doubt(file);
    pacer.request();
    if (!lifetime.isOver) pause = timers.after(pollMs, () => void poll());
  };
  lifetime.add({ dispose: () => pause?.dispose() });
  lifetime.add(pacer);
  lifetime.add(folders);
  lifetime.add(
    source.onDidChange(() => {
      listen();
      force();
    }),
  );
  listen();
  void poll();
  return lifetime;
}

/** The listeners that are open, one per folder. */
class WatchedFolders implements Disposable {
  readonly #notify: (file: string | null) => void;
  readonly #open = new Map<string, Watched>();

  constructor(notify: (file: string | null) => void) {
    this.#notify = notify;
  }

  /** Listens in these places and no others. True when a place was added. */
  replace(places: ReadonlyMap<string, Place>): boolean {
    for (const [key, { watcher }] of this.#open)
      if (!places.has(key)) {
        watcher.close();
        this.#open.delete(key);
      }
    let isAdded = false;
    for (const [key, { folder, names }] of places) {
      const known = this.#open.get(key);
      if (known) known.names = names;
      else isAdded = this.#listen(key, folder, names) || isAdded;
    }
    return isAdded;
  }

  dispose(): void {
    for (const { watcher } of this.#open.values()) watcher.close();
    this.#open.clear();
  }

  #listen(key: string, folder: string, names: ReadonlySet<string> | null): boolean {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        const matters = this.#open.get(key)?.names;
        // Without a name anything may have changed; the folder's own name: it was moved or removed.
        const isHint = name === null || name === path.basename(folder) || matters === null;
        if (isHint) this.#notify(null);
        else if (matters?.has(name) === true) this.#notify(path.join(folder, name));
      });
      // A folder that is removed, or a system out of watches: the comparison goes on.
      watcher.on('error', () => {
        watcher.close();
        this.#open.delete(key);
      });
      this.#open.set(key, { watcher, names });
      return true;
    } catch {
      return false;
    }
  }
}

/** Where to listen, and for which names. */
interface Place {
  readonly folder: string;
  readonly names: ReadonlySet<string> | null;
}

/** By a key that tells a folder from one of the same name that replaced it. */
async function findPlaces({ files, folders }: WatchTargets): Promise<ReadonlyMap<string, Place>> {
  const wanted = new Map<string, Set<string> | null>();
  const add = (file: string): void => {
    const folder = path.dirname(file);
    const names = wanted.get(folder);
    if (names === undefined) wanted.set(folder, new Set([path.basename(file)]));
    else names?.add(path.basename(file));
  };
  for (const folder of folders) wanted.set(folder, null);
  for (const file of files) add(file);
  // Writers go through a link, so nothing happens in the link's own folder.
  for (const target of await Promise.all(files.map(linkTarget))) if (target !== null) add(target);
  const found = await Promise.all([...wanted].map(async ([folder, names]) => findPlace(folder, names)));
  const places = new Map<string, Place>();
  for (const { key, folder, names } of found) places.set(key, { folder, names: join(places.get(key), names) });
  return places;
}

function join(earlier: Place | undefined, names: ReadonlySet<string> | null): ReadonlySet<string> | null {
  if (earlier === undefined) return names;
  return earlier.names === null || names === null ? null : new Set([...earlier.names, ...names]);
}

/** The folder itself or, while it does not exist, the closest one above it, where its name will appear. */
async function findPlace(wanted: string, names: ReadonlySet<string> | null): Promise<Place & { readonly key: string }> {
  let awaited: string | null = null;
  for (let folder = wanted; ; folder = path.dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    const isTop = path.dirname(folder) === folder;
    if (found?.isDirectory() || isTop)
      return { key: `${folder}\0${String(found?.ino)}`, folder, names: awaited === null ? names : new Set([awaited]) };
    awaited = path.basename(folder);
  }
}

async function linkTarget(file: string): Promise<string | null> {
  try {
    return (await lstat(file)).isSymbolicLink() ? await realpath(file) : null;
  } catch {
    return null;
  }
}
