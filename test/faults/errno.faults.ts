import { rmSync } from 'node:fs';
import * as path from 'node:path';
import { chanceOf, sampleOf } from './support/chance.ts';
import { bundleWriter, type WriterRun } from './support/child.ts';
import { runInLanes } from './support/lanes.ts';
import {
  checkRecovery,
  inWorkFolder,
  nameOf,
  newScene,
  problemsOfState,
  runDisturbed,
  runReference,
  stateOf,
  type Reference,
  type Scenario,
} from './support/scenario.ts';
import { leftoversOf, OPERATIONS, readDocuments, RELEASES, SITUATIONS } from './support/scene.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';

const ERRNOS = ['EIO', 'ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EMFILE', 'EINTR', 'EAGAIN', 'ENOENT'] as const;
const SMALL_SAMPLE = 40;
/** The operations that get every error at every call, with a store of the last release with files; the others some of them. */
const WHOLE: ReadonlySet<string> = new Set(['add', 'remove']);
const SAMPLED_ERRNOS = 3;

/** What answers the call instead of the kernel, and whether only once. */
interface Injection {
  readonly scenario: Scenario;
  readonly reference: Reference;
  readonly text: string;
}

/**
 * Every system call of a write that names the store, its lock, a temporary file or their directory fails once with each error
 * number, and from each call on with EIO (add and remove; once with some of the numbers for the other writes). What the writer then says must be true, and what it leaves must be gone after the
 * next write.
 */
export const suite: FaultSuite = {
  name: 'errno',
  programs: [{ name: 'strace', package: 'strace' }],
  async run(context) {
    const strace = context.program('strace');
    if (strace === null) {
      context.skip('errors at every system call', 'no strace');
      return;
    }
    const bundle = path.join(context.tempDir, 'writer.mjs');
    await bundleWriter(path.resolve(import.meta.dirname, '../..'), bundle);
    const tools = { bundle, strace };
    const chance = chanceOf(context.seed);
    const injections: Injection[] = [];
    const tally = new Map<string, number>();
    await inWorkFolder(context.tempDir, async (folder) => {
      await runInLanes(
        scenariosOf(context.budget).map((scenario) => async () => {
          const reference = await runReference(scenario, bundle, strace, folder);
          injections.push(...injectionsOf(scenario, reference, chance));
        }),
      );
      const small = context.budget === 'small';
      const chosen = small ? sampleOf(injections, SMALL_SAMPLE, chance) : injections;
      await runInLanes(
        chosen.map((injection) => async () => {
          const stateDir = newScene(folder, injection.scenario);
          const run = await runDisturbed(injection.scenario, injection.reference, tools, injection.text, stateDir);
          await judge(injection, run, stateDir, context, tally);
          rmSync(stateDir, { recursive: true, force: true });
        }),
      );
    });
    for (const [name, count] of tally) context.figure(name, count);
  },
};

function scenariosOf(budget: FaultContext['budget']): Scenario[] {
  const make = (release: string, situation: Scenario['situation'], operation: Scenario['operation']): Scenario => ({
    release,
    situation,
    operation,
    hasConfig: false,
  });
  if (budget === 'small') return [make('2026.6.1', 'symlinked', 'replace')];
  const operations = OPERATIONS.map((operation) => make('2026.6.1', 'exists', operation));
  const others = RELEASES.flatMap((release) => SITUATIONS.map((situation) => make(release, situation, 'add')));
  return [
    ...operations,
    ...others.filter(({ release, situation }) => release !== '2026.6.1' || situation !== 'exists'),
  ];
}

function injectionsOf(scenario: Scenario, reference: Reference, chance: () => number): Injection[] {
  const isWhole = scenario.release === '2026.6.1' && scenario.situation === 'exists' && WHOLE.has(scenario.operation);
  const wanted = (): readonly string[] => (isWhole ? ERRNOS : sampleOf(ERRNOS, SAMPLED_ERRNOS, chance));
  return [...reference.counts].flatMap(([call, count]) =>
    Array.from({ length: count }, (_, index) => String(index + 1)).flatMap((at) => [
      ...wanted().map((errno) => ({ scenario, reference, text: `${call}:error=${errno}:when=${at}` })),
      ...(isWhole ? [{ scenario, reference, text: `${call}:error=EIO:when=${at}+` }] : []),
    ]),
  );
}

async function judge(
  { scenario, reference, text }: Injection,
  { answer, signal, stderr }: WriterRun,
  stateDir: string,
  context: FaultContext,
  tally: Map<string, number>,
): Promise<void> {
  const count = (name: string, isSo = true): void => void tally.set(name, (tally.get(name) ?? 0) + (isSo ? 1 : 0));
  const problems = problemsOfState(reference, stateDir);
  const state = stateOf(reference, stateDir);
  if (answer === null) problems.push(`the writer ended without an answer (${String(signal)}): ${stderr.slice(0, 500)}`);
  const isLost = answer?.kind === 'done' && state !== 'new' && !isSaidMissing(text, reference, stateDir);
  const isFalse = answer?.kind === 'notDone' && state !== 'old';
  if (isLost) problems.push(`silent loss: done, and the store is ${state}`);
  if (isFalse) problems.push(`not done, and the store is ${state}: ${JSON.stringify(answer)}`);
  const isLockLeft = leftoversOf(stateDir).some((name) => name.endsWith('.lock'));
  const isTold = answer !== null && answer.kind !== 'done' && answer.details['reason'] === 'lockLeft';
  count('injections');
  for (const kind of ['done', 'notDone', 'unknown'] as const) count(kind, answer?.kind === kind);
  count(
    'corrupt',
    problems.some((problem) => problem.startsWith('corrupt')),
  );
  count('silent losses', isLost);
  count('false claims', isFalse);
  count('locks left and told', isLockLeft && isTold);
  count('locks left to the next writer', isLockLeft && !isTold);
  const recovery = await checkRecovery(scenario, null, stateDir);
  context.check(`${nameOf(scenario)}: ${text}`, [...problems, ...recovery.problems]);
}

/** ENOENT says that there is no such file: of the file beside the credentials nothing else can be known then. */
function isSaidMissing(text: string, reference: Reference, stateDir: string): boolean {
  const name = 'agents/main/agent/auth-profiles.json';
  return text.includes('error=ENOENT') && readDocuments(stateDir)[name] === reference.after[name];
}
