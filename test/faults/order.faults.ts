import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { parseCalls } from './support/calls.ts';
import { bundleWriter, runWriter } from './support/child.ts';
import { orderArgs, orderProblems, placedFiles } from './support/order.ts';
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
            args: () => orderArgs,
          });
          const calls = parseCalls(trace);
          const placed = placedFiles(calls);
          renames += placed.length;
          const problems = orderProblems(calls);
          const shouldWrite = situation !== 'first' || operation === 'add' || operation === 'reorder';
          if (shouldWrite && (answer?.kind !== 'done' || placed.length === 0))
            problems.push(`nothing was written: ${JSON.stringify(answer)}`);
          context.check(name, problems);
        }
    context.figure('renames', renames);
  },
};
