import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import type { Change } from '../../src/domain/change.ts';
import type { Echo } from '../../src/domain/gatewayRules.ts';
import { agentId, profileId, providerId } from '../../src/domain/ids.ts';
import { Secret } from '../../src/platform/secret.ts';
import { openLocalGateway } from '../harness/localGateway.ts';
import { ensureOpenclaw } from '../harness/openclaw.ts';
import { GatewayProcess, PROVIDER } from './support/gatewayProcess.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';

const ID = `${PROVIDER}:work`;
const keyOf = (name: string): string => ['sk', 'FAKE', name].join('-');

/** One release with files, whose gateway works from memory, and one with databases. */
const RELEASES: readonly (readonly [string, Echo])[] = [
  ['2026.6.1', 'seen'],
  ['2026.9.6', 'unknown'],
];

/** A real gateway that runs uses a credential that we wrote, from its next request on. What it uses is what a model is sent. */
export const suite: FaultSuite = {
  name: 'gateway',
  isFullOnly: true,
  async run(context) {
    for (const [release, echo] of RELEASES) await tryRelease(context, release, echo);
  },
};

async function tryRelease(context: FaultContext, release: string, expected: Echo): Promise<void> {
  const cli = await ensureOpenclaw(release);
  const home = path.join(context.tempDir, release);
  mkdirSync(home, { mode: 0o700 });
  const gateway = await GatewayProcess.prepare(cli, home, [ID]);
  try {
    const echoes: Echo[] = [];
    let onEcho = (): void => {};
    const service = openLocalGateway(home, {
      cli,
      onEcho: (echo) => {
        echoes.push(echo);
        onEcho();
      },
    });
    const put = async (key: string, before: string | null): Promise<string> => {
      const seen = (await service.snapshot()).agents[0]?.set.profiles.get(profileId(ID))?.material;
      const change: Change = {
        kind: 'putCredential',
        agentId: agentId('main'),
        provider: providerId(PROVIDER),
        profileId: profileId(ID),
        credential: { type: 'api_key', secret: Secret.of(key) },
        expected: before === null ? null : seen?.kind === 'value' ? seen.fingerprint : 'hidden',
      };
      const echoed = new Promise<void>((resolve) => (onEcho = resolve));
      const outcome = await service.apply(change);
      if (outcome.kind === 'done') await echoed;
      return outcome.kind;
    };
    const first = await put(keyOf('first'), null);
    await gateway.start();
    context.log(`${release}: the gateway is up`);
    const before = await gateway.turn();
    context.check(`${release}: the gateway uses the first key`, differences({ first, before }, 'done', keyOf('first')));
    const second = await put(keyOf('second'), keyOf('first'));
    const after = await gateway.turn();
    context.check(
      `${release}: a request after the write has the second key`,
      differences({ first: second, before: after }, 'done', keyOf('second')),
    );
    const kept = (await service.readCredential(agentId('main'), profileId(ID)))?.secret.reveal();
    context.check(`${release}: and the store keeps it`, kept === keyOf('second') ? [] : [`it holds ${String(kept)}`]);
    const last = echoes.at(-1);
    context.check(`${release}: what we say of it`, last === expected ? [] : [`${String(last)}, not ${expected}`]);
    context.figure(`${release} echo`, last ?? 'none');
  } finally {
    await gateway.stop();
  }
}

function differences(
  { first, before }: { readonly first: string; readonly before: string | null },
  outcome: string,
  key: string,
): readonly string[] {
  const problems = first === outcome ? [] : [`the write ended as ${first}`];
  return before === key ? problems : [...problems, `the request had ${String(before)}`];
}
