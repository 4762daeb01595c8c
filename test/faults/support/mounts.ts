import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, truncateSync } from 'node:fs';
import * as path from 'node:path';

/** A file system made for one case. */
export interface Mounted {
  readonly folder: string;
  readonly run: (...command: string[]) => void;
  readonly end: () => void;
}

/** Runs a command; its error says what it said. */
function runTool(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${path.basename(command)}: ${stderr?.trim() ?? 'could not be started'}`, { cause: error });
  }
}

/** A file system in memory with these limits. */
export function mountMemory(folder: string, limits: string): Mounted {
  mkdirSync(folder, { mode: 0o700 });
  runTool('mount', '-t', 'tmpfs', '-o', `${limits},mode=700`, 'none', folder);
  return {
    folder,
    run: (command = '', ...args) => void runTool(command, ...args),
    end: endOnce(() => void runTool('umount', folder)),
  };
}

/** A file system on an image file, by a loop device. `mount` is the command that mounts a device on a folder. */
export function mountImage(folder: string, make: readonly string[], mount: readonly string[]): Mounted {
  mkdirSync(folder, { mode: 0o700 });
  const image = `${folder}.img`;
  closeSync(openSync(image, 'w', 0o600));
  truncateSync(image, 16 * 2 ** 20);
  const [maker = '', ...makerArgs] = make;
  runTool(maker, ...makerArgs, image);
  const device = runTool('losetup', '-f', '--show', image).trim();
  const [mounter = '', ...mounterArgs] = mount;
  try {
    runTool(mounter, ...mounterArgs, device, folder);
  } catch (error) {
    runTool('losetup', '-d', device);
    throw error;
  }
  return {
    folder,
    run: (command = '', ...args) => void runTool(command, ...args),
    end: endOnce(() => {
      runTool('umount', folder);
      runTool('losetup', '-d', device);
    }),
  };
}

/** Also when the run is interrupted: a mount would stay behind. */
function endOnce(end: () => void): () => void {
  process.once('exit', end);
  return () => {
    process.off('exit', end);
    end();
  };
}
