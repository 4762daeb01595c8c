import { describeGeneratedStores } from '../harness/generatedStores.ts';
import { SUPPORTED_RELEASES } from '../harness/openclaw.ts';

const { CONFORMANCE_RELEASES: chosen, CONFORMANCE_STORES: stores, CONFORMANCE_SEED: seed } = process.env;

for (const version of chosen?.split(',') ?? SUPPORTED_RELEASES)
  describeGeneratedStores(version, { seed: Number(seed ?? 1), stores: Number(stores ?? 200) });
