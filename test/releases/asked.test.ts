import { describeAskedGateway } from '../harness/askedGateway.ts';
import { CHOSEN_RELEASES } from '../harness/openclaw.ts';

for (const release of CHOSEN_RELEASES) describeAskedGateway(release);
