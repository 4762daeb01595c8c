// The writer in a process of its own, to be killed, refused and traced. Prints `ready`, takes one line of JSON on standard
// input (a `WriterRequest`, with the credential in it), and prints the outcome as a line of JSON.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { createInterface } from 'node:readline';
import type { Outcome } from '../../../src/domain/change.ts';
import { writeJsonChange } from '../../../src/gateway/jsonStore/writer.ts';
import { changeOf, contextOf, type WriterAnswer, type WriterRequest } from './scene.ts';

/** Names of temporary files are known before they are made: strace matches whole paths, and the pid is in them already. */
let drawn = 0;
crypto.randomBytes = (size: number) => {
  drawn += 1;
  return Buffer.alloc(size, drawn);
};
syncBuiltinESMExports();

// Modes must not depend on it.
process.umask(0);
const lines = createInterface({ input: process.stdin });
process.stdout.write('ready\n');
for await (const line of lines) {
  const request = JSON.parse(line) as WriterRequest;
  const outcome = await writeJsonChange(changeOf(request), contextOf(request));
  process.stdout.write(`${JSON.stringify(answerOf(outcome))}\n`, () => process.exit(0));
  break;
}

function answerOf(outcome: Outcome): WriterAnswer {
  if (outcome.kind === 'done') return { kind: 'done', isNoop: outcome.isNoop };
  const { code, details } = outcome.error;
  return { kind: outcome.kind, code, details };
}
