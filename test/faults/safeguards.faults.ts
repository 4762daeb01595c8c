import { mkdirSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { parseCalls } from './support/calls.ts';
import { bundleWriter, runWriter } from './support/child.ts';
import { orderArgs, orderProblems, placedFiles } from './support/order.ts';
import { SAFEGUARDS, type Proof } from './support/safeguards.ts';
import {
  checkRecovery,
  newScene,
  problemsOfState,
  requestOf,
  runDisturbed,
  runReference,
  stateOf,
  type Reference,
  type Scenario,
} from './support/scenario.ts';
import { SourceCopy } from './support/sourceCopy.ts';
import type { FaultSuite } from './support/suite.ts';

const SCENARIO: Scenario = { release: '2026.6.1', situation: 'exists', operation: 'add', hasConfig: false };

/**
 * Whether these tests would notice: takes each safeguard of a write out of a copy of the sources, and runs the smallest set of
 * tests that must then fail. The same tests must pass on the copy as it is.
 */
export const suite: FaultSuite = {
  name: 'safeguards',
  isFullOnly: true,
  programs: [{ name: 'strace', package: 'strace' }],
  async run(context) {
    const strace = context.program('strace');
    const copy = new SourceCopy(path.join(context.tempDir, 'copy'));
    let red = 0;
    for (const { name, removal, proof } of SAFEGUARDS) {
      if (proof.kind !== 'unit' && strace === null) {
        context.skip(name, 'no strace');
        continue;
      }
      const prove = (): Promise<string[]> => failuresOf(proof, copy, strace ?? '', context.tempDir);
      context.check(`${name}: whole`, await prove());
      const found = await copy.without(removal, prove);
      context.check(`${name}: removed`, found.length > 0 ? [] : ['no test noticed']);
      if (found.length > 0) red += 1;
      context.log(
        `${name.padEnd(18)}${found.length > 0 ? 'red' : 'GREEN'}  ${wordsOf(proof)}: ${found[0] ?? 'nothing'}`,
      );
    }
    context.figure('safeguards', SAFEGUARDS.length);
    context.figure('red without', red);
  },
};

function wordsOf(proof: Proof): string {
  if (proof.kind === 'unit') return path.basename(proof.file);
  return proof.kind === 'kill' ? `killed at ${proof.call}` : proof.kind;
}

/** What the tests find; none when all pass. Throws when no test ran, or none could. */
async function failuresOf(proof: Proof, copy: SourceCopy, strace: string, tempDir: string): Promise<string[]> {
  if (proof.kind === 'unit') {
    const { passed, failed } = await copy.runTests(proof.file, proof.name);
    if (passed + failed === 0) throw new Error(`${proof.file}: no test ran.`);
    return failed === 0 ? [] : [`${failed} of ${passed + failed} failed`];
  }
  const bundle = path.join(tempDir, 'writer.mjs');
  await bundleWriter(copy.root, bundle);
  const folder = path.join(tempDir, 'scenes');
  mkdirSync(folder, { mode: 0o700 });
  try {
    const tools = { bundle, strace };
    if (proof.kind === 'order') return await failuresOfOrder(tools, folder);
    const reference = await runReference(SCENARIO, bundle, strace, folder);
    if (proof.kind === 'kill') return await failuresOfKills(proof.call, reference, tools, folder);
    const store = reference.after['agents/main/agent/auth-profiles.json'] ?? '';
    return await failuresOfLie(proof.inject(Buffer.byteLength(store)), reference, tools, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Tools {
  readonly bundle: string;
  readonly strace: string;
}

async function failuresOfOrder({ bundle, strace }: Tools, folder: string): Promise<string[]> {
  const stateDir = newScene(folder, SCENARIO);
  const logFile = path.join(folder, 'trace');
  const { trace } = await runWriter(bundle, requestOf(SCENARIO, stateDir), { strace, logFile, args: () => orderArgs });
  const calls = parseCalls(trace);
  if (placedFiles(calls).length === 0) throw new Error('No file was written.');
  return orderProblems(calls);
}

async function failuresOfKills(call: string, reference: Reference, tools: Tools, folder: string): Promise<string[]> {
  const failures: string[] = [];
  for (let at = 1; at <= (reference.counts.get(call) ?? 0); at += 1) {
    const stateDir = newScene(folder, SCENARIO);
    await runDisturbed(SCENARIO, reference, tools, `${call}:signal=SIGKILL:when=${at}`, stateDir);
    failures.push(...problemsOfState(reference, stateDir));
    failures.push(...(await checkRecovery(SCENARIO, null, stateDir)).problems);
  }
  return failures;
}

async function failuresOfLie(inject: string, reference: Reference, tools: Tools, folder: string): Promise<string[]> {
  const stateDir = newScene(folder, SCENARIO);
  const { answer } = await runDisturbed(SCENARIO, reference, tools, inject, stateDir);
  const state = stateOf(reference, stateDir);
  const problems = problemsOfState(reference, stateDir);
  if (answer === null) throw new Error('The writer gave no answer.');
  if (answer.kind === 'done' && state !== 'new') problems.push(`silent loss: done, and the store is ${state}`);
  return problems;
}
