import * as path from 'node:path';
import type { SystemCall } from './calls.ts';

/** What strace is to write down for {@link orderProblems}. */
export const orderArgs = ['-y', '-s', '4096', '-e', 'trace=openat,rename,renameat2,fsync,fdatasync'];

/** The renames by which a document appeared. */
export function placedFiles(calls: readonly SystemCall[]): SystemCall[] {
  return calls.filter(({ name, text }) => name.startsWith('rename') && /\.tmp", .*\.json"/.test(text));
}

/** For every document: made for its owner only, on disk before its name, and the name on disk after it. */
export function orderProblems(calls: readonly SystemCall[]): string[] {
  return placedFiles(calls).flatMap((rename) => problemsOf(calls, rename));
}

function problemsOf(calls: readonly SystemCall[], rename: SystemCall): string[] {
  const [, temp = '', target = ''] = /"([^"]+)", (?:AT_FDCWD<[^>]*>, )?"([^"]+)"/.exec(rename.text) ?? [];
  const at = calls.indexOf(rename);
  const isSyncOf = (file: string) => (call: SystemCall) => call.name === 'fsync' && call.text.includes(`<${file}>`);
  const problems: string[] = [];
  if (!calls.slice(0, at).some(isSyncOf(temp))) problems.push(`${path.basename(target)}: no fsync of the file before`);
  if (!calls.slice(at).some(isSyncOf(path.dirname(target))))
    problems.push(`${path.basename(target)}: no fsync of its directory after`);
  const made = calls.find(
    ({ name, text }) => name === 'openat' && text.includes(`"${temp}"`) && text.includes('O_CREAT'),
  );
  if (made === undefined || !/O_EXCL.*, 0600\)/.test(made.text)) problems.push(`made otherwise: ${made?.text ?? '?'}`);
  return problems;
}
