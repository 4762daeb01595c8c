import { describeGeneratedStores } from '../harness/generatedStores.ts';
import { CHOSEN_RELEASES } from '../harness/openclaw.ts';

const seed = Number(process.env['CONFORMANCE_SEED']);
const stores = Number(process.env['CONFORMANCE_STORES']);

for (const version of CHOSEN_RELEASES) describeGeneratedStores(version, { seed, stores });
