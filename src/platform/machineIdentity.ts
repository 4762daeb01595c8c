import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Logger } from './logger.ts';

const FILE = 'installation-id';
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const MACHINE_ID_FILE = '/etc/machine-id';

/**
 * Text that stays the same for an account on a machine, and is another one elsewhere. A host name is neither: networks change
 * it, and containers share it. So it is a random id kept in `folder`, which in a remote window is on the remote machine (VS Code
 * API, `ExtensionContext.globalStorageUri`), and the machine's own id where there is one, since a disk may have been cloned.
 * Where nothing can be kept it is another text each time. Never throws.
 */
export async function readMachineIdentity(
  folder: string,
  logger: Logger,
  machineIdFile = MACHINE_ID_FILE,
): Promise<string> {
  const machine = (await readText(machineIdFile)) ?? '';
  return [await keepId(path.join(folder, FILE), logger), machine].join('/');
}

/** 1 where an id is kept in `folder`, else 0. */
export async function countMachineIdentity(folder: string): Promise<number> {
  return (await readText(path.join(folder, FILE))) === null ? 0 : 1;
}

/** The next one to ask gets another id. Whoever has read it goes on with it. Never throws. */
export async function forgetMachineIdentity(folder: string): Promise<void> {
  await unlink(path.join(folder, FILE)).catch(() => {});
}

async function keepId(file: string, logger: Logger): Promise<string> {
  const kept = await readId(file);
  if (kept !== null) return kept;
  const id = randomUUID();
  const temporary = `${file}.${id}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(temporary, `${id}\n`, { flag: 'wx' });
    // Appears whole, and only once: two windows may start at the same time.
    await link(temporary, file).catch(() => {});
  } catch (thrown) {
    logger.warn('the installation id cannot be kept', { code: (thrown as NodeJS.ErrnoException).code ?? null });
  } finally {
    await unlink(temporary).catch(() => {});
  }
  return (await readId(file)) ?? id;
}

async function readId(file: string): Promise<string | null> {
  const text = await readText(file);
  return text !== null && UUID.test(text) ? text : null;
}

async function readText(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return null;
  }
}
