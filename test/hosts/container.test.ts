import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { PackedWorker } from '../../src/gateway/workerBoot.ts';
import { LIST_CONTAINERS, parseContainers } from '../../src/hosts/containerOutput.ts';
import { userOfGateway } from '../../src/hosts/probeFacts.ts';
import { buildWorker } from '../unit/gateway/buildWorker.ts';
import { documentOf } from '../unit/gateway/sqliteFixture.ts';
import { openHost, packedWorker, type HostUnderTest } from './support/openHost.ts';
import { findPodman, startContainer, type TestContainer } from './support/podman.ts';

const podman = await findPodman();
const left = podman.missing === null ? '' : `, left out: ${podman.missing}`;

describe.skipIf(podman.program === null)(`a container of podman${left}`, () => {
  let worker: PackedWorker;
  let workerFile = '';
  let stateDir = '';
  let container: TestContainer;

  beforeAll(async () => {
    workerFile = await buildWorker();
    worker = await packedWorker(workerFile);
    stateDir = mkdtempSync(path.join(tmpdir(), 'oca-home-'));
    container = await startContainer(podman.program ?? '', stateDir);
    const agent = path.join(stateDir, 'agents', 'main', 'agent');
    mkdirSync(agent, { recursive: true });
    writeFileSync(path.join(agent, 'auth-profiles.json'), JSON.stringify(documentOf('anthropic:a')), { mode: 0o600 });
    for (const place of [stateDir, agent, path.join(agent, 'auth-profiles.json')])
      chownSync(place, container.uid, container.uid);
  });

  afterAll(async () => {
    await container.remove();
    for (const folder of [stateDir, path.dirname(workerFile)]) rmSync(folder, { recursive: true, force: true });
  });

  function open(more: object = {}): HostUnderTest {
    const { id, name, node, program, uid } = container;
    const spec = { kind: 'container', engine: 'podman', id, name, user: String(uid), node, stateDir, ...more };
    const host = openHost({ spec, program, worker, env: { HOME: process.env['HOME'] ?? '/' } });
    onTestFinished(() => host.dispose());
    return host;
  }

  async function failureOf(host: HostUnderTest): Promise<unknown> {
    const thrown = await host.service.snapshot().then(
      () => 'answered',
      (error: unknown) => error,
    );
    return thrown instanceof AppError ? thrown.details['reason'] : thrown;
  }

  it('is found by its whole id', async () => {
    const listed = parseContainers(await container.run(...LIST_CONTAINERS));
    expect(listed).toContainEqual({ id: container.id, name: container.name });
  });

  it('says as whom the gateway in it runs', async () => {
    const gateway = ['/bin/sh', '-c', 'sleep 600; :', 'openclaw', 'gateway'];
    await container.run(
      'exec',
      '-d',
      '-u',
      `${String(container.uid)}:${String(container.uid)}`,
      container.id,
      ...gateway,
    );
    const lines = await open({ user: undefined }).probe();
    expect(userOfGateway(lines)).toBe(`${String(container.uid)}:${String(container.uid)}`);
    expect(userOfGateway(await open().probe())).toBeNull();
    // The machine around it sees the process, and is not where that gateway lives.
    const around = openHost({
      spec: { kind: 'local', stateDir },
      program: '/bin/sh',
      worker,
      env: { PATH: process.env['PATH'] },
    });
    onTestFinished(() => around.dispose());
    expect(userOfGateway(await around.probe())).toBeNull();
  });

  it('is reached as the gateway’s user, and comes back after a restart', async () => {
    const host = open();
    const { userName, agents } = await host.service.snapshot();
    expect([userName, agents[0]?.store.state]).toEqual(['gw', 'ok']);
    const states: string[] = [];
    const isUp = (): boolean => host.link.state.kind === 'up';
    host.link.onDidChange(({ kind }) => states.push(kind));
    await container.run('restart', '-t', '0', container.id);
    for (let tries = 0; !(states.includes('down') && isUp()) && tries < 1_000; tries += 1) await sleep(20);
    expect(await failureOf(host)).toBe('answered');
  });

  it('says why it is not reached', async () => {
    expect(await failureOf(open({ id: 'ab'.repeat(32) }))).toBe('containerMissing');
    expect(await failureOf(open({ user: 'nobody-there' }))).toBe('hostUserMissing');
    expect(await failureOf(open({ node: '/nowhere/node' }))).toBe('nodeMissing');
    await container.run('stop', '-t', '0', container.id);
    expect(await failureOf(open())).toBe('containerStopped');
    await container.run('start', container.id);
    expect(await failureOf(open())).toBe('answered');
  });
});
