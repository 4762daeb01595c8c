import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { HostSnapshot } from '../../src/domain/snapshot.ts';
import type { PackedWorker } from '../../src/gateway/workerBoot.ts';
import { describeCliConformance } from '../harness/cliConformance.ts';
import { describeDoctor } from '../harness/doctorReport.ts';
import { describeProbe } from '../harness/probedCredentials.ts';
import { CONFORMANCE_RELEASES } from '../harness/openclaw.ts';
import { writeHome } from '../harness/openclawHome.ts';
import { homeArbitrary } from '../harness/storeArbitraries.ts';
import { buildWorker } from '../unit/gateway/buildWorker.ts';
import { machineOf, openDirectly, openHost, packedWorker } from './support/openHost.ts';
import { findPodman, startContainer, type TestContainer } from './support/podman.ts';
import { overPodman, overSsh } from './support/reaches.ts';
import { HAS_SSHD, startSshd, type TestSshd } from './support/sshd.ts';

/** `STORES=all`: whole homes of every release by its own CLI, in a quarter of an hour; else of the last one that is quick at it. */
const IS_WHOLE = process.env['STORES'] === 'all';
const CLI_RELEASES = IS_WHOLE ? CONFORMANCE_RELEASES : (['2026.6.1'] as const);
const HOMES = IS_WHOLE ? 40 : 6;
const SEED = Number(process.env['STORES_SEED'] ?? 20_261_123);

const podman = await findPodman();
let built: Promise<{ readonly file: string; readonly worker: PackedWorker }> | null = null;

async function buildOnce(): Promise<{ readonly file: string; readonly worker: PackedWorker }> {
  const file = await buildWorker();
  return { file, worker: await packedWorker(file) };
}
const worker = async (): Promise<PackedWorker> => (await (built ??= buildOnce())).worker;

afterAll(async () => {
  if (built !== null) rmSync(path.dirname((await built).file), { recursive: true, force: true });
});

if (!HAS_SSHD) it.skip('over ssh, left out: there is no sshd');
if (podman.missing !== null) it.skip(`over podman, left out: ${podman.missing}`);

// The suites that the store service passes on its own machine.
for (const version of CLI_RELEASES) {
  if (HAS_SSHD) describeCliConformance(version, overSsh(worker));
  if (IS_WHOLE && podman.program !== null) describeCliConformance(version, overPodman(podman.program, worker));
}

// What only the release's own program can tell.
if (HAS_SSHD) {
  describeProbe('2026.6.1', overSsh(worker));
  describeDoctor('2026.9.6', overSsh(worker));
}

describe('generated stores', () => {
  let folder = '';
  let sshd: TestSshd | null = null;
  let container: TestContainer | null = null;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'oca-stores-'));
    if (HAS_SSHD) sshd = await startSshd([{ name: 'box', shell: '/bin/bash' }]);
    if (podman.program !== null) container = await startContainer(podman.program, folder);
  });

  afterAll(async () => {
    await container?.remove();
    await sshd?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function overLinks(stateDir: string): Promise<readonly (readonly [string, HostSnapshot, HostSnapshot])[]> {
    const specs: readonly (readonly [string, string, object])[] = [
      ...(sshd === null
        ? []
        : [['ssh', sshd.ssh, { kind: 'ssh', destination: 'box', node: process.execPath }] as const]),
      ...(container === null
        ? []
        : [
            [
              ...(['podman', container.program] as const),
              { kind: 'container', engine: 'podman', id: container.id, name: container.name, node: container.node },
            ] as const,
          ]),
    ];
    const found = [];
    for (const [name, program, spec] of specs) {
      const env = { HOME: process.env['HOME'] ?? '/' };
      const host = openHost({ spec: { ...spec, stateDir }, program, worker: await worker(), env });
      onTestFinished(() => host.dispose());
      const over = await host.service.snapshot();
      await host.dispose();
      found.push([name, over, await openDirectly(stateDir, machineOf(host)).snapshot()] as const);
    }
    return found;
  }

  it.each(CONFORMANCE_RELEASES)(
    `of OpenClaw %s are over a link what they are here: ${String(HOMES)} homes, seed ${String(SEED)}`,
    async (version) => {
      const isFirst = version === '2026.2.3';
      const options = { now: Date.now(), isExact: true, hasWrongTypes: !isFirst, hasAbsentValues: !isFirst };
      const specs = fc.sample(homeArbitrary(options), { seed: SEED, numRuns: HOMES });
      let profiles = 0;
      for (const [at, spec] of specs.entries()) {
        const { stateDir } = await writeHome(path.join(folder, `${version}-${String(at)}`), version, spec);
        for (const [name, over, here] of await overLinks(stateDir)) {
          expect([name, ofStores(over)]).toEqual([name, ofStores(here)]);
          profiles += over.agents.reduce((sum, { set }) => sum + set.profiles.size, 0);
        }
      }
      expect(profiles).toBeGreaterThan(HOMES);
    },
  );
});

/** Without what is of the moment, and of the account that asks. No exposure and none that was looked for are the same. */
function ofStores(snapshot: HostSnapshot): object {
  const agents = snapshot.agents.map((agent) => ({ ...agent, store: { exposure: null, ...agent.store } }));
  return { ...snapshot, agents, readAt: 0, hostName: '', userName: '' };
}
