import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import * as path from 'node:path';
import { findProgram } from '../../../src/gateway/programPath.ts';
import { runToEnd } from '../../unit/hosts/shells.ts';

export type FoundPodman =
  { readonly program: string; readonly missing: null } | { readonly program: null; readonly missing: string };

/** Where podman is, and why nothing can be shown with it. It makes containers of a folder only for root, and not on every machine. */
export async function findPodman(): Promise<FoundPodman> {
  if (userInfo().uid !== 0) return { program: null, missing: 'podman makes containers of a folder only for root' };
  const program = await findProgram('podman', null, process.env);
  if (program === null) return { program, missing: 'podman is not installed' };
  try {
    const tried = await startContainer(program, tmpdir());
    await tried.remove();
    return { program, missing: null };
  } catch (error) {
    return { program: null, missing: error instanceof Error ? error.message : String(error) };
  }
}

/** A container with the programs of this machine, one folder of it, and a user of its own. */
export interface TestContainer {
  readonly program: string;
  readonly id: string;
  readonly name: string;
  /** Of the gateway in it. */
  readonly uid: number;
  readonly node: string;
  /** Of that user, as this machine sees it. */
  readonly home: string;
  readonly run: (...args: readonly string[]) => Promise<string>;
  readonly remove: () => Promise<void>;
}

const UID = 1234;
const NODE = '/opt/node/bin/node';

/** `shared`: a folder that is the same inside; `readOnly`: more of them, which nobody writes there. */
export async function startContainer(
  program: string,
  shared: string,
  readOnly: readonly string[] = [],
): Promise<TestContainer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'oca-pod-'));
  const inside = (...parts: readonly string[]): string => path.join(folder, 'root', ...parts);
  for (const name of ['etc', 'proc', 'sys', 'dev', 'tmp', 'run', 'usr', 'home/gw', 'opt/node'])
    mkdirSync(inside(name), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, inside(name));
  writeFileSync(inside('etc/passwd'), `root:x:0:0::/:/bin/sh\ngw:x:${String(UID)}:${String(UID)}::/home/gw:/bin/sh\n`);
  writeFileSync(inside('etc/group'), `root:x:0:\ngw:x:${String(UID)}:\n`);
  chownSync(inside('home/gw'), UID, UID);
  const run = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runToEnd({ file: program, args, env: process.env, timeoutMs: 60_000 });
    if (code !== 0) throw new Error(`podman ${String(args[0])}: ${stderr}`);
    return stdout.trim();
  };
  const name = path.basename(folder);
  const id = await run(
    ...['run', '-d', '--name', name, '--network=none', '--security-opt', 'seccomp=unconfined'],
    ...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'],
    ...['-v', '/usr:/usr:ro', '-v', `${path.dirname(path.dirname(process.execPath))}:/opt/node:ro`],
    ...readOnly.flatMap((place) => ['-v', `${place}:${place}:ro`]),
    ...['-v', `${shared}:${shared}`, '--rootfs', inside(), '/bin/sleep', '3600'],
  );
  const remove = async (): Promise<void> => {
    await run('rm', '-f', '-t', '0', id);
    rmSync(folder, { recursive: true, force: true });
  };
  return { program, id, name, uid: UID, node: NODE, home: inside('home/gw'), run, remove };
}
