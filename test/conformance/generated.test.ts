import { describeGeneratedStores } from '../harness/generatedStores.ts';
import { CONFORMANCE_RELEASES } from '../harness/openclaw.ts';

// 2026.4.15 takes longer than all of the others: it is compared by `npm run test:conformance`.
for (const version of CONFORMANCE_RELEASES.filter((one) => one !== '2026.4.15'))
  describeGeneratedStores(version, { seed: 20_261_122, stores: 30 });
