import { CHOSEN_RELEASES } from '../harness/openclaw.ts';
import { describeRunningEnvironment } from '../harness/runningEnvironment.ts';

for (const release of CHOSEN_RELEASES) describeRunningEnvironment(release);
