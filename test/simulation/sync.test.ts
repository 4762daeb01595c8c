import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandSequences, simulate } from './simulation.ts';

const seed = Number(process.env['SIMULATION_SEED'] ?? randomInt(2 ** 31));

test('500 sequences of what users, gateways and SecretStorage do: nothing is lost, and both sides agree in the end', async () => {
  console.log(`simulation: seed ${seed}`);
  const property = fc.asyncProperty(commandSequences(40), async (commands) => {
    expect(await simulate(commands)).toEqual([]);
  });
  await fc.assert(property, { seed, numRuns: 500 });
}, 180_000);
