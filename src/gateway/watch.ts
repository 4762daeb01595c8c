import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';

export interface WatchTargets {
  /** Folders whose entries matter. One that does not exist yet is waited for. */
  readonly folders: readonly string[];
  /** Files that are compared by size and time, as a net for file systems without events. */
  readonly files: readonly string[];
}

export interface WatchTimes {
  /** Quiet time after the last event, ms. */
  readonly debounceMs: number;
  /** Between two comparisons, ms. */
  readonly pollMs: number;
}

const DEFAULT_TIMES: WatchTimes = { debounceMs: 100, pollMs: 30_000 };
/** The entries of a state or agent directory that a snapshot is made of. */
const RELEVANT =
  /^(?:openclaw\.json|clawdbot\.json|auth-profiles\.json|auth-state\.json|openclaw(?:-agent)?\.sqlite(?:-wal)?|\.env)$/;

/** One existing folder that is watched, and what for. */
interface Watched {
  readonly watcher: FSWatcher;
  /** Names that lead to a folder that does not exist yet. */
  awaited: ReadonlySet<string>;
}

/**
 * Calls back soon after something changed that the snapshot is made of. `listTargets` is asked again at every step, so
 * an agent or a state directory that appears later is watched as well. Events are hints: they may come too often.
 */
export function watchStores(
  listTargets: () => Promise<WatchTargets>,
  onMaybeChanged: () => void,
  times: WatchTimes = DEFAULT_TIMES,
): Disposable {
  const lifetime = new Lifetime();
  const watched = new Map<string, Watched>();
  let quiet: NodeJS.Timeout | undefined;
  const seen: { stamp: string | null } = { stamp: null };

  const notify = (): void => {
    clearTimeout(quiet);
    if (lifetime.isOver) return;
    quiet = setTimeout(() => {
      onMaybeChanged();
      void step();
    }, times.debounceMs);
  };
  const step = async (): Promise<void> => {
    const { folders, files } = await listTargets();
    const places = await Promise.all(folders.map(findPlace));
    if (lifetime.isOver) return;
    rewatch(watched, places, notify);
    // A folder that appeared counts too: it may have been filled before anybody listened.
    const current = [...places.map(({ key }) => key), ...(await Promise.all(files.map(stampOf)))].join('\n');
    const isChanged = seen.stamp !== null && seen.stamp !== current;
    seen.stamp = current;
    if (isChanged) notify();
  };
  const poll = setInterval(() => void step(), times.pollMs);
  poll.unref();
  lifetime.add({
    dispose: () => {
      clearInterval(poll);
      clearTimeout(quiet);
      for (const { watcher } of watched.values()) watcher.close();
      watched.clear();
    },
  });
  void step();
  return lifetime;
}

/** Where to listen for one folder. The key tells a folder from one of the same name that replaced it. */
interface Place {
  readonly key: string;
  readonly folder: string;
  readonly awaited: string | null;
}

/** The folder itself or, while it does not exist, the closest one above it, where it will appear. */
async function findPlace(wanted: string): Promise<Place> {
  let awaited: string | null = null;
  for (let folder = wanted; ; folder = path.dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    const isTop = path.dirname(folder) === folder;
    if (found?.isDirectory() || isTop) return { key: `${folder}\0${String(found?.ino)}`, folder, awaited };
    awaited = path.basename(folder);
  }
}

function rewatch(watched: Map<string, Watched>, places: readonly Place[], notify: () => void): void {
  const keys = new Set(places.map(({ key }) => key));
  for (const [key, { watcher }] of watched)
    if (!keys.has(key)) {
      watcher.close();
      watched.delete(key);
    }
  for (const { key, folder } of places) {
    const names = places.flatMap((place) => (place.key === key && place.awaited !== null ? [place.awaited] : []));
    const known = watched.get(key);
    if (known) known.awaited = new Set(names);
    else start(watched, key, folder, new Set(names), notify);
  }
}

function start(
  watched: Map<string, Watched>,
  key: string,
  folder: string,
  awaited: ReadonlySet<string>,
  notify: () => void,
): void {
  const isRelevant = (name: string | null): boolean =>
    name === null ||
    // The folder itself was moved or removed.
    name === path.basename(folder) ||
    RELEVANT.test(name) ||
    // Any name there may be an agent.
    path.basename(folder) === 'agents' ||
    (watched.get(key)?.awaited.has(name) ?? false);
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (isRelevant(name)) notify();
    });
    // A folder that is removed, or a system out of watches: the comparison goes on.
    watcher.on('error', () => {
      watcher.close();
      watched.delete(key);
    });
    watched.set(key, { watcher, awaited });
  } catch {
    // As above.
  }
}

async function stampOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    return `${String(ino)} ${String(size)} ${String(mtimeNs)}`;
  } catch {
    return '-';
  }
}
