import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCliStatus } from '../harness/cliStatus.ts';
import { openLocalGateway } from '../harness/localGateway.ts';
import { CONFORMANCE_RELEASES, ensureOpenclaw, type OpenClaw } from '../harness/openclaw.ts';
import { agentDirOf, writeHome, type HomeSpec } from '../harness/openclawHome.ts';
import { compareOpinions, ourOpinions, theirOpinion, type Opinion } from '../harness/opinion.ts';
import { askOracle, type Question } from '../harness/oracle/ask.ts';
import { packHomes } from '../harness/packedHome.ts';
import { homeArbitrary } from '../harness/storeArbitraries.ts';

const SEED = 20_261_122;
const STORES = 60;
const NOW = 1_800_000_000_000;
const CONSTRUCTOR_CRASH = "Cannot read properties of undefined (reading 'trim')";

interface Case {
  readonly name: string;
  readonly spec: HomeSpec;
  readonly ours: Opinion;
  readonly question: Question;
}

describe.each(CONFORMANCE_RELEASES)('generated stores and OpenClaw %s', (version) => {
  const isFirst = version === '2026.2.3';
  let cli: OpenClaw;
  let folder: string;

  beforeAll(async () => {
    cli = await ensureOpenclaw(version);
    folder = await mkdtemp(path.join(tmpdir(), 'conformance-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(`is judged and ordered as by the release: ${STORES} stores of seed ${SEED}`, async () => {
    const options = { now: NOW, isExact: true, hasWrongTypes: !isFirst, hasAbsentValues: !isFirst };
    const specs = fc.sample(homeArbitrary(options), { seed: SEED, numRuns: STORES });
    const cases: Case[] = [];
    for (const [at, spec] of specs.entries()) {
      cases.push(...(await readHome(path.join(folder, String(at)), version, spec, `store ${at}`)));
    }
    // Asked after everything was read by us: some releases write into the stores that they read.
    const answers = await askOracle(
      cli,
      folder,
      cases.map(({ question }) => question),
    );
    const opinions = cases.map((_, at) => (answers[at] === undefined ? 'no answer' : theirOpinion(answers[at])));
    // 2026.2.3 finds `Object.prototype.constructor` in place of a configured profile of that name, and throws.
    const isJudged = (at: number) => !(isFirst && opinions[at] === CONSTRUCTOR_CRASH);
    const differences = cases.flatMap(({ name, spec, ours }, at) => {
      const lines = isJudged(at) ? compareOpinions(ours, opinions[at] ?? 'no answer') : [];
      return lines.length === 0 ? [] : [[name, ...lines, JSON.stringify(spec)].join('\n')];
    });
    expect(cases.filter((_, at) => isJudged(at)).length).toBeGreaterThanOrEqual(STORES);
    expect(differences).toEqual([]);
  });

  it(`is listed as by its command line: the same number of stores in one home`, async () => {
    // Minutes away from any change of judgement: the command line has its own clock.
    const now = Date.now();
    const options = { now, isExact: false, hasWrongTypes: !isFirst, hasAbsentValues: !isFirst };
    const specs = fc.sample(homeArbitrary(options), { seed: SEED + 1, numRuns: STORES });
    const home = path.join(folder, 'packed');
    await writeHome(home, version, packHomes(specs));
    const ours = ourOpinions(await openLocalGateway(home).snapshot(), now).get('main') ?? { labels: {}, orders: {} };
    const { labels, orders } = await readCliStatus(cli, home);
    // Without any profile that can be tried, the command line lists others in their place.
    const tried = Object.entries(ours.orders).filter(([provider, ids]) => ids.length > 0 && provider in orders);
    const theirs = {
      labels,
      orders: Object.fromEntries(tried.map(([provider]) => [provider, orders[provider] ?? []])),
    };
    expect(Object.keys(labels).length).toBeGreaterThan(2 * STORES);
    expect(tried.length).toBeGreaterThanOrEqual(version < '2026.6' ? 0 : STORES / 2);
    expect(compareOpinions({ labels: ours.labels, orders: Object.fromEntries(tried) }, theirs)).toEqual([]);
  });
});

async function readHome(home: string, version: string, spec: HomeSpec, name: string): Promise<Case[]> {
  const { stateDir, config } = await writeHome(home, version, spec);
  const snapshot = await openLocalGateway(home, { clock: { now: () => NOW } }).snapshot();
  expect(snapshot.release?.text).toBe(version);
  return [...ourOpinions(snapshot, NOW)].map(([id, ours]) => ({
    name: `${name}, agent ${id}`,
    spec,
    ours,
    question: { stateDir, agentDir: agentDirOf(stateDir, id), now: NOW, config, providers: Object.keys(ours.orders) },
  }));
}
