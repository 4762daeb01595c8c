import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraOf, isAtLeast, parseRelease } from '../../src/domain/release.ts';
import { readCliStatus } from './cliStatus.ts';
import { withoutKnown } from './knownDifferences.ts';
import { openLocalGateway } from './localGateway.ts';
import { ensureOpenclaw, type OpenClaw } from './openclaw.ts';
import { agentDirOf, writeHome, type HomeSpec } from './openclawHome.ts';
import { compareOpinions, opinionOf, ourOpinions, theirOpinion, type Opinion } from './opinion.ts';
import { askOracle, type Question } from './oracle/ask.ts';
import { packHomes } from './packedHome.ts';
import { homeArbitrary } from './storeArbitraries.ts';

export interface GeneratedStoresOptions {
  readonly seed: number;
  readonly stores: number;
}

const NOW = 1_800_000_000_000;

interface Case {
  readonly name: string;
  readonly spec: HomeSpec;
  readonly ours: Opinion;
  readonly question: Question;
}

/** Compares what we make of generated stores with what the release itself makes of them. */
export function describeGeneratedStores(version: string, { seed, stores }: GeneratedStoresOptions): void {
  describe(`generated stores and OpenClaw ${version}`, () => {
    const release = parseRelease(version);
    if (release === null) throw new Error(`${version} is not an OpenClaw release.`);
    const isFirst = eraOf(release) === 'json-directory-lock';
    const hasPrintedOrders = isAtLeast(release, '2026.5.28');
    let cli: OpenClaw;
    let folder: string;

    beforeAll(async () => {
      cli = await ensureOpenclaw(version);
      folder = await mkdtemp(path.join(tmpdir(), 'conformance-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it(`is judged and ordered as by the release: ${stores} stores of seed ${seed}`, async () => {
      const options = { now: NOW, isExact: true, hasWrongTypes: !isFirst, hasAbsentValues: !isFirst };
      const specs = fc.sample(homeArbitrary(options), { seed, numRuns: stores });
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
      const compared = cases.map(({ name, spec, ours }, at) => {
        const theirs = answers[at] === undefined ? 'no answer' : theirOpinion(answers[at], release);
        const { lines, names } = withoutKnown(compareOpinions(ours, theirs), spec, release);
        return { report: [name, ...lines, JSON.stringify(spec)].join('\n'), isEqual: lines.length === 0, names };
      });
      const differences = compared.filter(({ isEqual }) => !isEqual);
      const known = compared.flatMap(({ names }) => names);
      report(version, seed, { stores, cases, differences: differences.length, known });
      expect(cases.length - known.length).toBeGreaterThanOrEqual(stores);
      expect(differences.map((one) => one.report)).toEqual([]);
    });

    it(`is listed as by its command line: the same number of stores in one home`, async () => {
      // Minutes away from any change of judgement: the command line has its own clock.
      const now = Date.now();
      const options = { now, isExact: false, hasWrongTypes: !isFirst, hasAbsentValues: !isFirst };
      const specs = fc.sample(homeArbitrary(options), { seed: seed + 1, numRuns: stores });
      const home = path.join(folder, 'packed');
      await writeHome(home, version, packHomes(specs));
      const ours = ourOpinions(await openLocalGateway(home).snapshot(), now).get('main');
      if (ours === undefined) throw new Error('We did not list the default agent.');
      const status = await readCliStatus(cli, home);
      // Without any profile that can be tried, the command line lists others in their place.
      const printed = new Map(status.orders);
      const tried = [...ours.orders].filter(([provider, ids]) => ids.length > 0 && printed.has(provider));
      const theirs = opinionOf(
        status.profiles,
        tried.map(([provider]) => [provider, printed.get(provider) ?? []]),
        release,
      );
      const asked = new Map(tried);
      const winners = new Map([...ours.winners].filter(([provider]) => asked.has(provider)));
      expect(status.profiles.length).toBeGreaterThan(2 * stores);
      expect(tried.length).toBeGreaterThanOrEqual(hasPrintedOrders ? stores / 2 : 0);
      expect(compareOpinions({ ...ours, orders: asked, winners }, theirs)).toEqual([]);
    });
  });
}

interface Figures {
  readonly stores: number;
  readonly cases: readonly Case[];
  readonly differences: number;
  readonly known: readonly string[];
}

/** One line that says what was compared, also when all is well. */
function report(version: string, seed: number, { stores, cases, differences, known }: Figures): void {
  const profiles = cases.reduce((sum, { ours }) => sum + ours.profiles.size, 0);
  const orders = cases.reduce((sum, { ours }) => sum + ours.orders.size, 0);
  const names = [...new Set(known)].map((name) => `${name} ×${known.filter((other) => other === name).length}`);
  console.log(
    `${version}: seed ${seed}, ${stores} stores, ${cases.length} agents, ${profiles} profiles, ${orders} orders, ` +
      `${differences} differences, ${known.length} known${names.length === 0 ? '' : ` (${names.join(', ')})`}`,
  );
}

async function readHome(home: string, version: string, spec: HomeSpec, name: string): Promise<Case[]> {
  const { stateDir, config } = await writeHome(home, version, spec);
  const snapshot = await openLocalGateway(home, { clock: { now: () => NOW } }).snapshot();
  expect(snapshot.release?.text).toBe(version);
  return [...ourOpinions(snapshot, NOW)].map(([id, ours]) => ({
    name: `${name}, agent ${id}`,
    spec,
    ours,
    question: { stateDir, agentDir: agentDirOf(stateDir, id), now: NOW, config, providers: [...ours.orders.keys()] },
  }));
}
