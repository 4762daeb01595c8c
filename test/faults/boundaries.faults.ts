import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { ERA_STARTS, eraOf, parseRelease, type Era } from '../../src/domain/release.ts';
import { importScript } from '../harness/openclaw.ts';
import { readDialect } from './support/dialect.ts';
import type { FaultContext, FaultSuite } from './support/suite.ts';

/** The releases on both sides of each start of an era, as published: their own code says how they lock a store. */
export const suite: FaultSuite = { name: 'boundaries', isFullOnly: true, run };

/** The start time came into a dialect that we have as one: a lock of ours carries it on both sides. */
const START_TIMES = { last: '2026.5.22', first: '2026.5.26' };

interface Tarballs {
  ensureOpenclawFiles(version: string): Promise<string>;
}

async function run(context: FaultContext): Promise<void> {
  const tarballs = (await importScript('lib/openclaw.mjs')) as Tarballs;
  const expected: readonly (readonly [string, Era, boolean])[] = [
    ...ERA_STARTS.flatMap(({ era, last, first }, index) => [
      ...(last === null ? [] : [[last, ERA_STARTS[index - 1]?.era ?? 'unknown', last === '2026.6.1'] as const]),
      ...(last === null ? [] : [[first, era, false] as const]),
    ]),
    [START_TIMES.last, 'json-owned-lock', false],
    [START_TIMES.first, 'json-owned-lock', true],
  ];
  for (const [version, era, readsStartTime] of expected) {
    const dir = await tarballs.ensureOpenclawFiles(version);
    const manifest = JSON.parse(readFileSync(path.join(dir, 'package.json'), 'utf8')) as { version: string };
    const found = readDialect(path.join(dir, 'dist'));
    context.check(`${version} is ${era}`, [
      ...(manifest.version === version ? [] : [`the package says it is ${manifest.version}`]),
      ...(eraOf(parseRelease(version)) === era ? [] : [`the table says ${eraOf(parseRelease(version))}`]),
      ...(found.era === era ? [] : [`its code says ${found.era}`]),
      ...(found.readsStartTime === readsStartTime
        ? []
        : [`it ${found.readsStartTime ? 'reads' : 'does not read'} start times`]),
    ]);
  }
  context.figure('releases', expected.length);
}
