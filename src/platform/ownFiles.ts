import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readFile, realpath, rename, rmdir, unlink } from 'node:fs/promises';
import * as path from 'node:path';

/** A file of the user's that the extension was asked to write: a unit, a script, a copy of the worker. */
export interface OwnFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** What stands in its place. `unusable`: no regular file, or one that cannot be read. */
export type Standing =
  | { readonly kind: 'nothing' | 'same' }
  | { readonly kind: 'other'; readonly text: string; readonly mode: number }
  | { readonly kind: 'unusable' };

export interface ComparedFile {
  readonly file: OwnFile;
  readonly standing: Standing;
}

/** A file that was written, and how to take it back. */
export interface WrittenFile extends ComparedFile {
  /** Folders that were made for it, the deepest first. */
  readonly made: readonly string[];
}

const MAX_BYTES = 8 * 1024 * 1024;
const MODE_BITS = 0o777;

/** Looks at what stands there. Never throws. */
function compareFiles(files: readonly OwnFile[]): Promise<readonly ComparedFile[]> {
  return Promise.all(files.map(async (file) => ({ file, standing: await standingOf(file) })));
}

async function standingOf({ path: place, text }: OwnFile): Promise<Standing> {
  try {
    const found = await lstat(await targetOf(place));
    if (!found.isFile() || found.size > MAX_BYTES) return { kind: 'unusable' };
    const standing = await readFile(place, 'utf8');
    return standing === text ? { kind: 'same' } : { kind: 'other', text: standing, mode: found.mode & MODE_BITS };
  } catch (thrown) {
    return { kind: errnoOf(thrown) === 'ENOENT' ? 'nothing' : 'unusable' };
  }
}

/** `changed`: something else stands there than was compared; `unusable`: no file, or one that cannot be read. */
export type FileWriting =
  | { readonly kind: 'written'; readonly files: readonly WrittenFile[] }
  | { readonly kind: 'notWritten'; readonly why: 'changed' | 'unusable'; readonly path: string }
  | { readonly kind: 'notWritten'; readonly why: 'failed'; readonly errno: string };

/** Writes what differs, each file whole or not at all; when one cannot be written, the ones before it are taken back. Never throws. */
async function writeFiles(compared: readonly ComparedFile[]): Promise<FileWriting> {
  const written: WrittenFile[] = [];
  try {
    for (const { file, standing } of compared) {
      const why = await hindranceOf(file, standing);
      if (why !== null) {
        await takeBack(written);
        return { kind: 'notWritten', why, path: file.path };
      }
      if (standing.kind === 'same') continue;
      const made = await makeFolders(path.dirname(file.path));
      written.unshift({ file, standing, made });
      await put(file);
    }
    return { kind: 'written', files: written };
  } catch (thrown) {
    await takeBack(written).catch(() => {});
    return { kind: 'notWritten', why: 'failed', errno: errnoOf(thrown) };
  }
}

async function hindranceOf(file: OwnFile, standing: Standing): Promise<'changed' | 'unusable' | null> {
  if (standing.kind === 'unusable') return 'unusable';
  return isEqual(standing, await standingOf(file)) ? null : 'changed';
}

/** True while every file is as it was written. */
async function areUntouched(written: readonly WrittenFile[]): Promise<boolean> {
  const compared = await compareFiles(written.map(({ file }) => file));
  return compared.every(({ standing }) => standing.kind === 'same');
}

/** Removes what was written, or puts back what it replaced; then the folders that were made for it, if they are empty. */
async function takeBack(written: readonly WrittenFile[]): Promise<void> {
  for (const { file, standing } of written) {
    const now = await standingOf(file);
    if (now.kind !== 'same') continue;
    if (standing.kind === 'other') await put({ ...file, text: standing.text, mode: standing.mode });
    else await unlink(file.path);
  }
  for (const folder of written.flatMap(({ made }) => made)) await rmdir(folder).catch(() => {});
}

/** The end of a link: what the user keeps elsewhere and links here is changed there. */
function targetOf(place: string): Promise<string> {
  return realpath(place);
}

async function put({ path: place, text, mode }: OwnFile): Promise<void> {
  const target = await targetOf(place).catch(() => place);
  const beside = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(beside, 'wx', mode);
  try {
    await handle.writeFile(text);
    // The mode of a new file is less what the account's umask says.
    await handle.chmod(mode);
    await handle.sync();
  } catch (thrown) {
    await unlink(beside).catch(() => {});
    throw thrown;
  } finally {
    await handle.close();
  }
  await rename(beside, target);
}

/** The folders that were not there, the deepest first. */
async function makeFolders(folder: string): Promise<readonly string[]> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return [];
  const made = [folder];
  for (let at = folder; at !== first && at !== path.dirname(at);) made.push((at = path.dirname(at)));
  return made;
}

function isEqual(a: Standing, b: Standing): boolean {
  return a.kind === b.kind && (a.kind === 'other' ? a.text : '') === (b.kind === 'other' ? b.text : '');
}

function errnoOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown';
}

/** Files of the user's, compared before they are written. */
export interface OwnFiles {
  readonly compare: typeof compareFiles;
  readonly write: typeof writeFiles;
  readonly areUntouched: typeof areUntouched;
  readonly takeBack: typeof takeBack;
}

export const ownFiles: OwnFiles = { compare: compareFiles, write: writeFiles, areUntouched, takeBack };
