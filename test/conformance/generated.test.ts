import { describeGeneratedStores } from '../harness/generatedStores.ts';
import { CONFORMANCE_RELEASES } from '../harness/openclaw.ts';

for (const version of CONFORMANCE_RELEASES) describeGeneratedStores(version, { seed: 20_261_122, stores: 30 });
