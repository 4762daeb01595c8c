import { readFile, realpath } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { parseRelease, type Release } from '../domain/release.ts';
import { parseJson } from '../platform/json.ts';
import type { RunProcess } from '../platform/process.ts';
import { pathFolders, stampOf, withoutNodeOptions, type NodeLocator, type NodeSearch } from './nodeProgram.ts';

/** The `openclaw` program that the gateway's user would run. */
export interface OpenclawProgram {
  readonly path: string;
  /** `null`: it is there, but does not say which release it is. */
  readonly release: Release | null;
  /** How to start it: the program with the arguments that come first. */
  readonly file: string;
  readonly leadingArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const VERSION_TIMEOUT_MS = 30_000;
const MAX_PARENTS = 6;
const NAMES = process.platform === 'win32' ? ['openclaw.cmd', 'openclaw.exe'] : ['openclaw'];

const MANIFEST = z.object({
  name: z.literal('openclaw'),
  version: z.string(),
  engines: z.object({ node: z.string().optional() }).optional(),
});

interface Package {
  readonly release: Release | null;
  readonly nodeRange: string | null;
}

/** Finds `openclaw` and its release without running it where that is possible. */
export class OpenclawLocator {
  readonly #run: RunProcess;
  readonly #nodes: NodeLocator;
  readonly #asked = new Map<string, Promise<Release | null>>();

  constructor(run: RunProcess, nodes: NodeLocator) {
    this.#run = run;
    this.#nodes = nodes;
  }

  /** `chosen` (an absolute path) beats PATH. `null` where there is no such program. */
  async find(search: Omit<NodeSearch, 'besides'>, chosen: string | null = null): Promise<OpenclawProgram | null> {
    const candidates =
      chosen === null
        ? pathFolders(search.env).flatMap((folder) => NAMES.map((name) => path.join(folder, name)))
        : [chosen];
    for (const candidate of candidates) {
      const stamp = await stampOf(candidate);
      if (stamp !== null) return this.#describe(candidate, stamp, search);
    }
    return null;
  }

  async #describe(program: string, stamp: string, search: Omit<NodeSearch, 'besides'>): Promise<OpenclawProgram> {
    const entry = await realpath(program);
    const found = await findPackage(entry);
    const plain = { path: program, file: program, leadingArgs: [], env: {} };
    if (found === null) {
      const key = `${program}\0${stamp}`;
      const asked = this.#asked.get(key) ?? this.#askRelease(program, search.env);
      this.#asked.set(key, asked);
      const release = await asked;
      // A program that did not answer this time may do so the next.
      if (release === null) this.#asked.delete(key);
      return { ...plain, release };
    }
    const isScript = /\.[cm]?js$/.test(entry);
    const { nodeRange, release } = found;
    if (!isScript || nodeRange === null) return { ...plain, release };
    // The program's first line asks PATH for a Node, and an editor's PATH may begin with one that is too old.
    const besides = [path.dirname(program), path.join(entry, '..', '..', '..', '..', 'bin')];
    const node = await this.#nodes.find({ ...search, besides }, (version) => satisfies(version, nodeRange));
    if (node === null) return { ...plain, release };
    return { path: program, release, file: node.file, leadingArgs: [entry], env: node.env };
  }

  /** For wrapper scripts, whose package is elsewhere. */
  async #askRelease(program: string, env: NodeSearch['env']): Promise<Release | null> {
    const spec = { file: program, args: ['--version'], env: withoutNodeOptions(env), timeoutMs: VERSION_TIMEOUT_MS };
    const result = await this.#run(spec);
    if (result.kind !== 'exited' || result.code !== 0) return null;
    const text = /\d{4}\.\d{1,2}\.\d{1,3}(?:[-+][0-9A-Za-z.-]{1,40})?/.exec(result.stdout)?.[0];
    return text === undefined ? null : parseRelease(text);
  }
}

/** The nearest `package.json` above the program, if it is OpenClaw's. */
async function findPackage(entry: string): Promise<Package | null> {
  let folder = path.dirname(entry);
  for (let step = 0; step < MAX_PARENTS; step += 1) {
    const found = await readPackage(path.join(folder, 'package.json'));
    if (found !== 'absent') return found;
    const parent = path.dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
  return null;
}

async function readPackage(file: string): Promise<Package | null | 'absent'> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return 'absent';
  }
  const parsed = MANIFEST.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { version, engines } = parsed.data;
  return { release: parseRelease(version), nodeRange: engines?.node ?? null };
}

/** True when the version is in a range such as `>=24.16.0 <25 || >=26.1.0`; comparators other than these refuse. */
export function satisfies(version: string, range: string): boolean {
  return range.split('||').some((part) =>
    part
      .trim()
      .split(/\s+/)
      .every((comparator) => isWithin(version, comparator)),
  );
}

function isWithin(version: string, comparator: string): boolean {
  const match = /^(>=|<)(\d+(?:\.\d+){0,2})$/.exec(comparator);
  if (!match) return false;
  const difference = compareVersions(version, match[2] ?? '');
  return match[1] === '>=' ? difference >= 0 : difference < 0;
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
