import { CHOSEN_RELEASES } from '../harness/openclaw.ts';
import { describeSessionPins } from '../harness/sessionPins.ts';

for (const release of CHOSEN_RELEASES) describeSessionPins(release);
