import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { bundleWriter, runWriter } from './support/child.ts';
import { mountImage, mountMemory } from './support/mounts.ts';
import { checkRecovery, requestOf, type Scenario } from './support/scenario.ts';
import {
  agentDirOf,
  leftoversOf,
  listScene,
  makeScene,
  OPERATIONS,
  readDocuments,
  RELEASES,
  type WriterAnswer,
} from './support/scene.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';

/** Limits of a real file system, in place of injected errors. */
export const suite: FaultSuite = {
  name: 'filesystems',
  programs: [
    { name: 'strace', package: 'strace' },
    { name: 'setpriv', package: 'util-linux' },
    { name: 'chattr', package: 'e2fsprogs' },
    { name: 'mkfs.ext4', package: 'e2fsprogs' },
    { name: 'mkfs.exfat', package: 'exfatprogs' },
    { name: 'mount.exfat-fuse', package: 'exfat-fuse' },
  ],
  async run(context) {
    const bundle = path.join(context.tempDir, 'writer.mjs');
    await bundleWriter(path.resolve(import.meta.dirname, '../..'), bundle);
    // Another user has to come through.
    chmodSync(context.tempDir, 0o711);
    chmodSync(bundle, 0o644);
    for (const limit of LIMITS)
      for (const scenario of scenariosOf(context.budget)) {
        const name = `${limit.name}: ${scenario.release} ${scenario.operation}`;
        const why = limit.missing(context);
        if (why !== null) context.skip(name, why);
        else context.check(name, await tryLimit(limit, scenario, bundle, context));
      }
    context.figure('limits', LIMITS.length);
  },
};

function scenariosOf(budget: FaultContext['budget']): Scenario[] {
  const make = (release: string, operation: Scenario['operation']): Scenario => ({
    release,
    operation,
    situation: 'exists',
    hasConfig: false,
  });
  if (budget === 'small') return [make('2026.6.1', 'replace')];
  return RELEASES.flatMap((release) => OPERATIONS.map((operation) => make(release, operation)));
}

/** A place where a write must end as said. */
interface Limit {
  readonly name: string;
  /** What of this machine it cannot do without; `null`: all is there. */
  missing(context: FaultContext): string | null;
  /** Makes the folder for the scene. Later the limit is set, and lifted. */
  open(folder: string, context: FaultContext): Place;
  readonly expected: 'notDone' | 'done';
  /** The error numbers that the user may be told. */
  readonly errnos: readonly string[];
}

interface Place {
  readonly folder: string;
  /** Words before the command of the writer. */
  readonly prefix?: readonly string[];
  /** A file system without modes of its own. */
  readonly hasNoModes?: boolean;
  readonly set: (stateDir: string) => void;
  readonly lift: (stateDir: string) => void;
  readonly end: () => void;
}

const isRoot = process.getuid?.() === 0;
const needsRoot = (): string | null => (isRoot && process.platform === 'linux' ? null : 'not root on Linux');
const needs =
  (...programs: readonly string[]) =>
  (context: FaultContext): string | null => {
    const missing = programs.find((name) => context.program(name) === null);
    return needsRoot() ?? (missing === undefined ? null : `no ${missing}`);
  };
const nothing = (): void => {};

const LIMITS: readonly Limit[] = [
  {
    name: 'full disk',
    missing: needsRoot,
    expected: 'notDone',
    errnos: ['ENOSPC'],
    open: (folder) => {
      const disk = mountMemory(folder, 'size=128k');
      const filler = path.join(folder, 'filler');
      return { folder, set: () => fill(filler), lift: () => rmSync(filler), end: disk.end };
    },
  },
  {
    name: 'no inodes left',
    missing: needsRoot,
    expected: 'notDone',
    errnos: ['ENOSPC'],
    open: (folder) => {
      const disk = mountMemory(folder, 'size=1m,nr_inodes=24');
      const filler = path.join(folder, 'filler');
      return { folder, set: () => fillInodes(filler), lift: () => rmSync(filler, { recursive: true }), end: disk.end };
    },
  },
  {
    name: 'read-only',
    missing: needsRoot,
    expected: 'notDone',
    errnos: ['EROFS'],
    open: (folder) => {
      const disk = mountMemory(folder, 'size=1m');
      return {
        folder,
        set: () => disk.run('mount', '-o', 'remount,ro', folder),
        lift: () => disk.run('mount', '-o', 'remount,rw', folder),
        end: disk.end,
      };
    },
  },
  immutable('immutable files', (stateDir) => documentsIn(agentDirOf(stateDir))),
  immutable('immutable directory', (stateDir) => [agentDirOf(stateDir)]),
  {
    name: 'file size limit',
    missing: () => (process.platform === 'win32' ? 'no ulimit' : null),
    expected: 'notDone',
    errnos: ['EFBIG'],
    open: (folder) => {
      mkdirSync(folder, { mode: 0o700 });
      return {
        folder,
        prefix: ['sh', '-c', 'ulimit -f 0; exec "$@"', 'sh'],
        set: nothing,
        lift: nothing,
        end: nothing,
      };
    },
  },
  {
    name: 'no permission, as another user',
    missing: needs('setpriv'),
    expected: 'notDone',
    errnos: ['EACCES', 'EPERM'],
    open: (folder) => {
      mkdirSync(folder, { mode: 0o711 });
      const prefix = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
      // The user may read the store and its directory, and write neither.
      const set = (stateDir: string): void => open(stateDir, 0o755, 0o644);
      return { folder, prefix, set, lift: (stateDir) => open(stateDir, 0o700, 0o600), end: nothing };
    },
  },
  {
    name: 'no hard links (exFAT)',
    missing: needs('mkfs.exfat', 'mount.exfat-fuse', 'losetup'),
    expected: 'done',
    errnos: [],
    open: (folder) => {
      const disk = mountImage(folder, ['mkfs.exfat'], ['mount.exfat-fuse', '-o', 'umask=077']);
      return { folder, hasNoModes: true, set: nothing, lift: nothing, end: disk.end };
    },
  },
  {
    name: 'no hard links, full disk',
    missing: needs('mkfs.exfat', 'mount.exfat-fuse', 'losetup'),
    expected: 'notDone',
    errnos: ['ENOSPC'],
    open: (folder) => {
      const disk = mountImage(folder, ['mkfs.exfat'], ['mount.exfat-fuse', '-o', 'umask=077']);
      const filler = path.join(folder, 'filler');
      return { folder, hasNoModes: true, set: () => fill(filler), lift: () => rmSync(filler), end: disk.end };
    },
  },
];

function immutable(name: string, of: (stateDir: string) => readonly string[]): Limit {
  return {
    name,
    missing: needs('chattr', 'mkfs.ext4', 'losetup'),
    expected: 'notDone',
    errnos: ['EPERM'],
    open: (folder) => {
      const disk = mountImage(folder, ['mkfs.ext4', '-q', '-F'], ['mount']);
      return {
        folder,
        set: (stateDir) => disk.run('chattr', '+i', ...of(stateDir)),
        lift: (stateDir) => disk.run('chattr', '-i', ...of(stateDir)),
        end: disk.end,
      };
    },
  };
}

const documentsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.join(folder, name));

async function tryLimit(limit: Limit, scenario: Scenario, bundle: string, context: FaultContext): Promise<string[]> {
  const place = limit.open(path.join(context.tempDir, `place-${Math.random().toString(36).slice(2)}`), context);
  try {
    const stateDir = path.join(place.folder, 'state');
    mkdirSync(stateDir, { mode: 0o700 });
    makeScene(stateDir, scenario.release, scenario.situation);
    const before = readDocuments(stateDir);
    place.set(stateDir);
    const { answer, stderr } = await runWriter(bundle, requestOf(scenario, stateDir), null, place.prefix ?? []);
    const after = readDocuments(stateDir);
    const wide = listScene(stateDir).filter(({ mode, isDirectory }) => !isDirectory && (mode & 0o077) !== 0);
    place.lift(stateDir);
    const isSame = JSON.stringify(before) === JSON.stringify(after);
    const problems = answer === null ? [`no answer: ${stderr.slice(0, 500)}`] : claimProblems(limit, answer, isSame);
    if (place.prefix?.[0] !== 'setpriv' && place.hasNoModes !== true)
      problems.push(...wide.map((file) => `wide: ${file.name}`));
    problems.push(...leftoversOf(stateDir).map((name) => `left: ${name}`));
    const recovery = await checkRecovery(scenario, null, stateDir);
    return [...problems, ...recovery.problems];
  } finally {
    place.end();
  }
}

function claimProblems({ expected, errnos }: Limit, answer: WriterAnswer, isSame: boolean): string[] {
  const problems: string[] = [];
  if (answer.kind !== expected) problems.push(`ended as ${JSON.stringify(answer)}`);
  if (answer.kind === 'notDone' && !isSame) problems.push('not done, and something changed');
  if (answer.kind === 'done' && isSame) problems.push('done, and nothing changed');
  if (answer.kind !== 'done' && !errnos.includes(String(answer.details['errno'])))
    problems.push(`not told why: ${JSON.stringify(answer)}`);
  return problems;
}

/** Until not one byte more can be written. */
function fill(file: string): void {
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2))
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Less of it may still have room.
    }
}

function fillInodes(folder: string): void {
  mkdirSync(folder);
  try {
    for (let count = 0; ; count += 1) writeFileSync(path.join(folder, String(count)), '');
  } catch {
    // None is left.
  }
}

function open(stateDir: string, directoryMode: number, fileMode: number): void {
  chmodSync(stateDir, directoryMode);
  for (const { name, isDirectory } of listScene(stateDir))
    chmodSync(path.join(stateDir, name), isDirectory ? directoryMode : fileMode);
}
