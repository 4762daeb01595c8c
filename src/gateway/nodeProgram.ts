import { access, constants, readdir, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { RunProcess } from '../platform/process.ts';
import { hasSqlite } from './sqliteDatabase.ts';

/** A Node program and its version. */
export interface NodeProgram {
  readonly file: string;
  readonly version: string;
  /** What must be added to the environment for the program to be a Node: the editor's own binary is one only on request. */
  readonly env: Readonly<Record<string, string>>;
}

export interface NodeSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Folders that are asked first, such as the one of the `openclaw` program. */
  readonly besides: readonly string[];
}

const PROBE_TIMEOUT_MS = 10_000;
const SYSTEM_FOLDERS = ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin', '/opt/node/bin'];
const EXECUTABLE = process.platform === 'win32' ? 'node.exe' : 'node';

/** Finds Nodes on this host. Each program is asked for its version once, as long as the file does not change. */
export class NodeLocator {
  readonly #run: RunProcess;
  readonly #versions = new Map<string, Promise<string | null>>();

  constructor(run: RunProcess) {
    this.#run = run;
  }

  /** The first Node that reads SQLite, this process's own in front. */
  async findWithSqlite(search: NodeSearch): Promise<NodeProgram | null> {
    return hasSqlite(process.versions.node) ? ownNode() : this.find(search, hasSqlite);
  }

  /** The first Node with an acceptable version: beside the given folders, on PATH, from a version manager, then our own. */
  async find(search: NodeSearch, accepts: (version: string) => boolean): Promise<NodeProgram | null> {
    for (const file of await this.#candidates(search)) {
      const version = await this.#versionOf(file, search.env);
      if (version !== null && accepts(version)) return { file, version, env: {} };
    }
    const own = ownNode();
    return accepts(own.version) ? own : null;
  }

  async #candidates({ env, home, besides }: NodeSearch): Promise<readonly string[]> {
    const managed = await Promise.all([
      listVersions(path.join(home, '.nvm', 'versions', 'node'), 'bin'),
      listVersions(path.join(home, '.volta', 'tools', 'image', 'node'), 'bin'),
      listVersions(path.join(home, '.local', 'share', 'fnm', 'node-versions'), path.join('installation', 'bin')),
      listVersions(path.join(home, '.asdf', 'installs', 'nodejs'), 'bin'),
      listVersions(path.join(home, '.local', 'share', 'mise', 'installs', 'node'), 'bin'),
    ]);
    const folders = [...besides, ...pathFolders(env), ...managed.flat(), ...SYSTEM_FOLDERS];
    return [...new Set(folders)].map((folder) => path.join(folder, EXECUTABLE));
  }

  async #versionOf(file: string, env: NodeSearch['env']): Promise<string | null> {
    const stamp = await stampOf(file);
    if (stamp === null) return null;
    const key = `${file}\0${stamp}`;
    const known = this.#versions.get(key) ?? this.#ask(key, file, env);
    this.#versions.set(key, known);
    return known;
  }

  async #ask(key: string, file: string, env: NodeSearch['env']): Promise<string | null> {
    // A start of Node costs more than all the rest of a headless status.
    if (await isOwnProgram(file)) return process.versions.node;
    const args = ['-p', 'process.versions.node'];
    const result = await this.#run({ file, args, env: withoutNodeOptions(env), timeoutMs: PROBE_TIMEOUT_MS });
    // For want of descriptors or memory, perhaps, and it costs no time to ask again.
    if (result.kind === 'notStarted' || result.kind === 'killed') this.#versions.delete(key);
    if (result.kind !== 'exited' || result.code !== 0) return null;
    const version = result.stdout.trim();
    return /^\d+\.\d+\.\d+/.test(version) ? version : null;
  }
}

/** Absolute folders of PATH; a relative one would depend on where we happen to run. */
export function pathFolders(env: NodeSearch['env']): readonly string[] {
  const text = env['PATH'] ?? env['Path'] ?? '';
  return text.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

/** `NODE_OPTIONS` may preload code or open an inspector; it is meant for the editor's children, not for ours. */
export function withoutNodeOptions(env: NodeSearch['env']): Record<string, string | undefined> {
  return { ...env, NODE_OPTIONS: undefined, ELECTRON_RUN_AS_NODE: undefined };
}

async function isOwnProgram(file: string): Promise<boolean> {
  if (process.versions['electron'] !== undefined) return false;
  const [asked, own] = await Promise.all([file, process.execPath].map((one) => realpath(one).catch(() => null)));
  return asked !== null && asked === own;
}

/** The first release that runs `dist/worker.mjs` is 20.12. */
export function isWorkerNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 12);
}

function ownNode(): NodeProgram {
  const isElectron = process.versions['electron'] !== undefined;
  return {
    file: process.execPath,
    version: process.versions.node,
    env: isElectron ? { ELECTRON_RUN_AS_NODE: '1' } : {},
  };
}

/** Folders with programs under a version manager's folder, newest version first. */
async function listVersions(folder: string, inside: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    const newestFirst = names.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    return newestFirst.map((name) => path.join(folder, name, inside));
  } catch {
    return [];
  }
}

/** Changes when the program does; `null` where there is none that may be run. */
export async function stampOf(file: string): Promise<string | null> {
  try {
    const [found] = await Promise.all([stat(file), access(file, constants.X_OK)]);
    return found.isFile() ? `${String(found.size)} ${String(found.mtimeMs)}` : null;
  } catch {
    return null;
  }
}
