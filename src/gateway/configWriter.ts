import { rename, unlink, writeFile } from 'node:fs/promises';
import type { Change } from '../domain/change.ts';
import { configureProfile, unconfigureProfile } from '../domain/configEdit.ts';
import { AppError } from '../domain/errors.ts';
import type { Release } from '../domain/release.ts';
import { selectionRules, spelledProvider } from '../domain/selectionRules.ts';
import { readTextFile, type FileContent, type ReadFile } from './readFile.ts';
import { checkUnchanged, replaceFile } from './jsonStore/replaceFile.ts';

export interface ConfigEdit {
  readonly path: string;
  readonly before: FileContent | null;
  readonly text: string;
}

/**
 * The edit of `openclaw.json` that belongs to a change of the store, `null` where there is none to make.
 * Throws `configUnreadable` {path, reason}.
 */
export async function planConfigEdit(path: string, change: Change, release: Release): Promise<ConfigEdit | null> {
  if (change.kind !== 'putCredential' && change.kind !== 'removeProfile') return null;
  const file = await readTextFile(path);
  if (file.kind === 'unreadable') throw new AppError('configUnreadable', { path, reason: file.problem });
  const text = editText(file, path, change, release);
  const before = file.kind === 'ok' ? file : null;
  return text === null || text === before?.text ? null : { path, before, text };
}

function editText(
  file: Exclude<ReadFile, { kind: 'unreadable' }>,
  path: string,
  change: Extract<Change, { kind: 'putCredential' | 'removeProfile' }>,
  release: Release,
): string | null {
  const text = file.kind === 'ok' ? file.text : null;
  if (change.kind === 'removeProfile') return text === null ? null : unconfigureProfile(text, path, change.profileId);
  const provider = spelledProvider(selectionRules(release), change.provider);
  return configureProfile(text, path, { profileId: change.profileId, provider, mode: change.credential.type }, release);
}

/** Writes the edit, and keeps the text from before as the CLI does. Throws what `replaceFile` throws. */
export async function writeConfigEdit({ path, before, text }: ConfigEdit): Promise<void> {
  const checkStill = async (): Promise<void> => {
    if (before === null) return;
    await keepBackup(path, before.text);
    // Nobody holds a lock here, and the backups took their time.
    await checkUnchanged(path, before);
  };
  await replaceFile({ path, before, text, checkStill });
}

/** `openclaw.json.bak`, with up to four earlier ones behind it (2026.2.3 to 2026.9.6). Not worth failing for, as for the CLI. */
async function keepBackup(path: string, text: string): Promise<void> {
  const base = `${path}.bak`;
  await unlink(`${base}.4`).catch(() => {});
  for (const index of [3, 2, 1])
    await rename(`${base}.${String(index)}`, `${base}.${String(index + 1)}`).catch(() => {});
  await rename(base, `${base}.1`).catch(() => {});
  await writeFile(base, text, { mode: 0o600, flag: 'wx' }).catch(() => {});
}
