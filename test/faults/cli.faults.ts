import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Change, Outcome } from '../../src/domain/change.ts';
import { agentId, profileId, providerId } from '../../src/domain/ids.ts';
import { Secret } from '../../src/platform/secret.ts';
import { openLocalGateway } from '../harness/localGateway.ts';
import { askOpenclaw, ensureOpenclaw } from '../harness/openclaw.ts';
import { writeHome } from '../harness/openclawHome.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';

const RELEASE = '2026.9.6';
const WRITES = { small: 4, full: 100 } as const;
const CALLERS = 4;
const tokenOf = (id: string): string => ['sk', 'ant', 'oat01', 'FAKE'.repeat(20), id.replace(/\W/g, '')].join('-');

/**
 * Writes through the real CLI, four callers at a time, while the store is read all the while: nothing that was acknowledged
 * is lost, and every reading shows a state that was there.
 */
export const suite: FaultSuite = {
  name: 'cli',
  isFullOnly: true,
  async run(context) {
    const cli = await ensureOpenclaw(RELEASE);
    const home = path.join(context.tempDir, 'home');
    await writeHome(home, RELEASE, {
      config: {},
      agents: { main: { store: { version: 1, profiles: {} }, state: null } },
    });
    const service = openLocalGateway(home, { cli });
    const count = WRITES[context.budget];
    const ids = Array.from({ length: count }, (_, index) => `anthropic:n${String(index)}`);
    const acknowledged = new Set<string>();
    const problems: string[] = [];
    let isWriting = true;
    let readings = 0;

    const readAll = async (): Promise<void> => {
      while (isWriting) {
        const owed = [...acknowledged];
        const main = (await service.snapshot()).agents.find(({ id }) => id === 'main');
        readings += 1;
        // Two cores: a reader without a pause would only make the CLI run out of its time.
        await sleep(100);
        if (main?.store.state !== 'ok')
          problems.push(`a reading was ${String(main?.store.state)} ${String(main?.store.problem)}`);
        const missing = owed.filter((id) => main?.set.profiles.has(profileId(id)) !== true);
        if (missing.length > 0) problems.push(`a reading lacked ${missing.join(', ')}`);
      }
    };
    const queue = [...ids];
    const outcomes: Outcome[] = [];
    const writeSome = async (): Promise<void> => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        const outcome = await service.apply(put(id));
        outcomes.push(outcome);
        if (outcome.kind === 'done') acknowledged.add(id);
        if (outcomes.length % 10 === 0) context.log(`${String(outcomes.length)} of ${String(count)} written`);
      }
    };
    const reader = readAll();
    await Promise.all(Array.from({ length: CALLERS }, writeSome));
    isWriting = false;
    await reader;
    context.check('every reading shows what was acknowledged before it', problems.slice(0, 5));
    await compare(context, acknowledged, async () => {
      const answer = await askOpenclaw(cli, home, ['models', 'auth', 'list', '--json', '--agent', 'main']);
      return (answer as { profiles: { id: string }[] }).profiles.map(({ id }) => id);
    });
    const failed = outcomes.filter(({ kind }) => kind !== 'done');
    context.check(
      'every write ended as done',
      failed.map((outcome) => (outcome.kind === 'done' ? '' : `${outcome.kind} ${outcome.error.code}`)),
    );
    context.figure('writes', count);
    context.figure('acknowledged', acknowledged.size);
    context.figure('readings', readings);
  },
};

function put(id: string): Change {
  return {
    kind: 'putCredential',
    agentId: agentId('main'),
    provider: providerId('anthropic'),
    profileId: profileId(id),
    credential: { type: 'token', secret: Secret.of(tokenOf(id)), expiresAt: null },
    expected: null,
  };
}

async function compare(
  context: FaultContext,
  acknowledged: ReadonlySet<string>,
  list: () => Promise<readonly string[]>,
): Promise<void> {
  const listed = new Set(await list());
  const lost = [...acknowledged].filter((id) => !listed.has(id));
  context.check(
    'the CLI lists everything that was acknowledged',
    lost.map((id) => `${id} is lost`),
  );
  context.figure('lost', lost.length);
}
