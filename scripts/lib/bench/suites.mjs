// @ts-check
/** What is measured. Every suite answers with rows of the table. */
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fakeSetupToken } from '../demo/fakes.mjs';
import { ROOT } from '../paths.mjs';
import { inTurns, median, runTimed } from './measure.mjs';

/**
 * @typedef {object} Row
 * @property {string} what
 * @property {string} release
 * @property {number} ours ms
 * @property {number | null} theirs ms; null where the CLI does nothing comparable
 * @property {string} [beside] what `theirs` is of; the CLI unless it says so
 * @property {number} rounds
 * @typedef {import('./homes.mjs').BenchHome} BenchHome
 */

const WORKER = path.join(ROOT, 'dist/worker.mjs');

/**
 * The headless status beside the CLI's, each a whole process.
 * @param {string} what
 * @param {BenchHome} home
 * @param {number} rounds
 * @returns {Promise<Row>}
 */
export async function compareStatus(what, { home, cli, env }, rounds) {
  const [ours = Number.NaN, theirs = Number.NaN] = await inTurns(rounds, [
    () => runTimed(process.execPath, [WORKER, 'status', '--json'], { env, cwd: home }),
    () =>
      runTimed(path.join(cli.bin, 'openclaw'), ['models', 'status', '--json', '--agent', 'main'], { env, cwd: home }),
  ]);
  return { what, release: cli.version, ours, theirs, rounds };
}

/** @param {BenchHome} home */
async function openService({ home, cli }) {
  const { openLocalGateway } = await import('../../../test/harness/localGateway.ts');
  return openLocalGateway(home, { cli });
}

/**
 * A token added to the store and read back, beside the CLI's own command for it.
 * @param {BenchHome} home
 * @param {number} rounds
 * @returns {Promise<Row>}
 */
export async function compareWrite({ home, cli, env, stateDir }, rounds) {
  const service = await openService({ home, cli, env, stateDir });
  const [{ agentId, profileId, providerId }, { Secret }] = await Promise.all([
    import('../../../src/domain/ids.ts'),
    import('../../../src/platform/secret.ts'),
  ]);
  const run = Date.now();
  const [ours = Number.NaN, theirs = Number.NaN] = await inTurns(rounds, [
    async (round) => {
      const outcome = await service.apply({
        kind: 'putCredential',
        agentId: agentId('main'),
        provider: providerId('anthropic'),
        profileId: profileId(`anthropic:ours-${run}-${round}`),
        credential: { type: 'token', secret: Secret.of(fakeSetupToken(`ours${round}`)), expiresAt: null },
        expected: null,
      });
      if (outcome.kind !== 'done') throw new Error(`the write ended as ${outcome.kind}: ${outcome.error.code}`);
    },
    (round) =>
      runTimed(
        path.join(cli.bin, 'openclaw'),
        [
          ...['models', 'auth', '--agent', 'main', 'paste-token', '--provider=anthropic'],
          `--profile-id=anthropic:theirs-${run}-${round}`,
        ],
        { env, cwd: home, stdin: `${fakeSetupToken(`theirs${round}`)}\n` },
      ),
  ]);
  return { what: 'add a token, read back', release: cli.version, ours, theirs, rounds };
}

/**
 * From a write by somebody else to a snapshot that holds it, through the events of the file system.
 * @param {string} what
 * @param {BenchHome} home
 * @param {number} rounds
 * @returns {Promise<Row>}
 */
export async function measureWatch(what, home, rounds) {
  const service = await openService(home);
  const write = await createForeignWriter(home);
  /** @type {(snapshot: import('../../../src/domain/snapshot.ts').HostSnapshot) => void} */
  let onSnapshot = () => {};
  // Watching keeps no process alive.
  const awake = setInterval(() => {}, 1_000);
  const watcher = service.watch(async () => onSnapshot(await service.snapshot()));
  const times = [];
  try {
    await new Promise((resolve) => (onSnapshot = resolve)); // The first call: listening has begun.
    for (let round = 1; round <= rounds; round += 1) {
      // Whole seconds apart, so that no reading is still owed to an earlier write.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const id = `anthropic:watch-${round}`;
      const shown = new Promise((resolve) => {
        onSnapshot = ({ agents }) => {
          if ([...(agents[0]?.set.profiles.keys() ?? [])].some((key) => key === id)) resolve(performance.now());
        };
      });
      write(id);
      // A transaction counts from its end: how long a disk takes to sync is not ours.
      const start = performance.now();
      times.push((await shown) - start);
    }
  } finally {
    watcher.dispose();
    clearInterval(awake);
  }
  return { what, release: home.cli.version, ours: median(times), theirs: null, rounds };
}

/**
 * Another program that adds a profile: a replaced file, or a transaction.
 * @param {BenchHome} home
 * @returns {Promise<(id: string) => void>}
 */
async function createForeignWriter({ stateDir, cli }) {
  const document = (/** @type {string} */ id) =>
    JSON.stringify({
      version: 1,
      profiles: { [id]: { type: 'token', provider: 'anthropic', token: fakeSetupToken(id) } },
    });
  if (cli.version >= '2026.6.5') {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(path.join(stateDir, 'state/openclaw.sqlite'));
    const update = database.prepare(
      "UPDATE config_machine_state SET value_json = ? WHERE state_key = 'authProfiles.store'",
    );
    return (id) => void update.run(document(id));
  }
  const file = path.join(stateDir, 'agents/main/agent/auth-profiles.json');
  return (id) => {
    writeFileSync(`${file}.bench`, document(id), { mode: 0o600 });
    renameSync(`${file}.bench`, file);
  };
}
