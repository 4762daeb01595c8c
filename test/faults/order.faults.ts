import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { parseCalls, type SystemCall } from './support/calls.ts';
import { bundleWriter, runWriter } from './support/child.ts';
import { requestOf } from './support/scenario.ts';
import { makeScene, OPERATIONS, RELEASES, SITUATIONS } from './support/scene.ts';
import type { FaultSuite } from './support/suite.ts';

/**
 * What must be on disk before what: the file before its name, the name before the outcome. Only the order of the calls; no
 * power is cut.
 */
export const suite: FaultSuite = {
  name: 'order',
  programs: [{ name: 'strace', package: 'strace' }],
  async run(context) {
    const strace = context.program('strace');
    if (strace === null) {
      context.skip('order of fsync and rename', 'no strace');
      return;
    }
    const bundle = path.join(context.tempDir, 'writer.mjs');
    await bundleWriter(path.resolve(import.meta.dirname, '../..'), bundle);
    let renames = 0;
    for (const release of RELEASES)
      for (const situation of context.budget === 'full' ? SITUATIONS : (['symlinked'] as const))
        for (const operation of context.budget === 'full' ? OPERATIONS : (['add'] as const)) {
          const name = `${release} ${situation} ${operation}`;
          const stateDir = path.join(context.tempDir, name.replaceAll(' ', '-'));
          mkdirSync(stateDir, { mode: 0o700 });
          makeScene(stateDir, release, situation);
          const request = requestOf({ release, situation, operation, hasConfig: true }, stateDir);
          const { trace, answer } = await runWriter(bundle, request, {
            strace,
            logFile: path.join(context.tempDir, 'trace'),
            args: () => ['-y', '-s', '4096', '-e', 'trace=openat,rename,renameat2,fsync,fdatasync'],
          });
          const calls = parseCalls(trace);
          const placed = calls.filter(({ name, text }) => name.startsWith('rename') && /\.tmp", .*\.json"/.test(text));
          renames += placed.length;
          const problems = placed.flatMap((call) => problemsOf(calls, call));
          const shouldWrite = situation !== 'first' || operation === 'add' || operation === 'reorder';
          if (shouldWrite && (answer?.kind !== 'done' || placed.length === 0))
            problems.push(`nothing was written: ${JSON.stringify(answer)}`);
          context.check(name, problems);
        }
    context.figure('renames', renames);
  },
};

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
