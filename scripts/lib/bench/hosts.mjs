// @ts-check
/** Gateways on other hosts: the first snapshot over a new link, beside the bare way to the host. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { CACHE, ROOT } from '../paths.mjs';
import { demoHome, largeHome } from './homes.mjs';
import { inTurns, runTimed } from './measure.mjs';

/** Modules of the tests, which drive the same code as the editor. */
const support = {
  openHost: () => import('../../../test/hosts/support/openHost.ts'),
  podman: () => import('../../../test/hosts/support/podman.ts'),
  sshd: () => import('../../../test/hosts/support/sshd.ts'),
};
const MANY = 25;
const ALIAS = 'bench';

/**
 * @typedef {import('./suites.mjs').Row} Row
 * @typedef {{what: string, why: string}} NotMeasured
 */

/**
 * @param {number} rounds
 * @param {(row: Row) => void} add
 * @returns {Promise<NotMeasured[]>} what this machine has no program for
 */
export async function measureHosts(rounds, add) {
  const large = await largeHome('2026.6.1', 50, 200);
  const { packedWorker } = await support.openHost();
  const worker = await packedWorker(path.join(ROOT, 'dist/worker.mjs'));
  const whole = { rounds, worker, stateDir: large.stateDir };
  return [...(await measureSsh(whole, add)), ...(await measurePodman(whole, add))];
}

/**
 * @typedef {object} Whole
 * @property {number} rounds
 * @property {import('../../../src/gateway/workerBoot.ts').PackedWorker} worker
 * @property {string} stateDir of the home with 10,000 profiles
 */

/** @param {Whole} whole @param {(row: Row) => void} add @returns {Promise<NotMeasured[]>} */
async function measureSsh({ rounds, worker, stateDir }, add) {
  const [{ HAS_SSHD, startSshd }, { openHost }] = await Promise.all([support.sshd(), support.openHost()]);
  if (!HAS_SSHD) return [{ what: 'ssh', why: 'there is no sshd' }];
  const sshd = await startSshd([{ name: ALIAS, shell: '/bin/bash' }]);
  const sockets = path.join(sshd.folder, 'cm');
  const one = (/** @type {string} */ home, /** @type {string | null} */ runtimeDir) =>
    openHost({
      spec: { kind: 'ssh', destination: ALIAS, stateDir: home, node: process.execPath },
      ...{ program: sshd.ssh, runtimeDir, worker },
    });
  const bare = (/** @type {readonly string[]} */ options) =>
    runTimed(sshd.ssh, ['-T', ...options, '--', ALIAS, 'true'], { env: process.env, cwd: sshd.folder });
  const shared = ['Master=auto', `Path=${sockets}/openclaw-auth-${userInfo().uid}/%C`, 'Persist=60'];
  const sharing = shared.flatMap((option) => ['-o', `Control${option}`]);
  try {
    const cold = await inTurns(rounds, [() => snapshotOnce(one(stateDir, null), 200 * 50), () => bare([])]);
    add(rowOf('first snapshot of 10,000 profiles, new ssh connection', cold, 'ssh host true', rounds));

    const first = one(stateDir, sockets);
    await first.service.snapshot();
    /** @type {import('../../../test/hosts/support/openHost.ts').HostUnderTest[]} */
    const opened = [first];
    const warm = await inTurns(rounds, [
      () => {
        const host = one(stateDir, sockets);
        opened.push(host);
        return snapshotOf(host, 200 * 50);
      },
      () => bare(sharing),
    ]);
    add(rowOf('the same, ssh connection shared', warm, 'ssh host true, shared', rounds));
    const next = await inTurns(rounds, [() => first.service.snapshot(), () => bare(sharing)]);
    add(rowOf('the next snapshot over the same link', next, 'ssh host true, shared', rounds));
    // Not before: it ends the sharing.
    for (const host of opened) await host.dispose();

    const homes = await copies(MANY);
    const before = process.memoryUsage().rss;
    const many = await inTurns(rounds, [
      () => Promise.all(homes.map((home) => snapshotOnce(one(home, null), 1))),
      () => snapshotOnce(one(homes[0] ?? '', null), 1),
    ]);
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    console.log(`${MANY} hosts at once: this process grew by ${grown.toFixed(0)} MiB`);
    add(rowOf(`first snapshots of ${MANY} hosts at once`, many, 'the same of one host', rounds));
    rmSync(path.dirname(homes[0] ?? ''), { recursive: true, force: true });
  } finally {
    await sshd.stop();
  }
  return [];
}

/** @param {Whole} whole @param {(row: Row) => void} add @returns {Promise<NotMeasured[]>} */
async function measurePodman({ rounds, worker, stateDir }, add) {
  const [{ findPodman, startContainer }, { openHost }] = await Promise.all([support.podman(), support.openHost()]);
  const podman = await findPodman();
  if (podman.program === null) return [{ what: 'podman exec', why: podman.missing }];
  const { program } = podman;
  const container = await startContainer(program, path.join(CACHE, 'bench'));
  const { id, name, node } = container;
  const env = { HOME: process.env['HOME'] };
  const open = () =>
    openHost({ spec: { kind: 'container', engine: 'podman', id, name, node, stateDir }, program, worker, env });
  try {
    const times = await inTurns(rounds, [
      () => snapshotOnce(open(), 200 * 50),
      () => runTimed(program, ['exec', '-i', id, 'true'], { env: process.env, cwd: stateDir }),
    ]);
    add(rowOf('first snapshot of 10,000 profiles, container', times, 'podman exec container true', rounds));
  } finally {
    await container.remove();
  }
  return [];
}

/**
 * From nothing to a snapshot of the whole home.
 * @param {import('../../../test/hosts/support/openHost.ts').HostUnderTest} host
 * @param {number} atLeast profiles
 */
async function snapshotOf({ service }, atLeast) {
  const { agents } = await service.snapshot();
  const count = agents.reduce((sum, { set }) => sum + set.profiles.size, 0);
  if (count < atLeast) throw new Error(`only ${count} of ${atLeast} profiles were read`);
}

/** @type {typeof snapshotOf} */
async function snapshotOnce(host, atLeast) {
  await snapshotOf(host, atLeast).finally(() => host.dispose());
}

/** @param {string} what @param {readonly number[]} times @param {string} beside @param {number} rounds @returns {Row} */
function rowOf(what, [ours = Number.NaN, theirs = Number.NaN], beside, rounds) {
  return { what, release: '2026.6.1', ours, theirs, beside, rounds };
}

/** Homes of the demonstration. @param {number} count */
async function copies(count) {
  const { stateDir } = await demoHome('2026.6.1');
  const folder = mkdtempSync(path.join(tmpdir(), 'oca-bench-'));
  return Array.from({ length: count }, (_, index) => {
    const copy = path.join(folder, String(index));
    cpSync(stateDir, copy, { recursive: true });
    return copy;
  });
}
