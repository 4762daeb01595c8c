import { describeCarriedCredentials } from '../harness/carriedCredentials.ts';
import { CHOSEN_RELEASES } from '../harness/openclaw.ts';

for (const release of CHOSEN_RELEASES) describeCarriedCredentials(release);
