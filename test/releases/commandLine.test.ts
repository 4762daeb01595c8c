import { describeCliConformance } from '../harness/cliConformance.ts';
import { CHOSEN_RELEASES } from '../harness/openclaw.ts';

for (const version of CHOSEN_RELEASES) describeCliConformance(version);
