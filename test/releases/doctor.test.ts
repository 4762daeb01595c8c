import { describeDoctor } from '../harness/doctorReport.ts';
import { CHOSEN_RELEASES } from '../harness/openclaw.ts';

for (const release of CHOSEN_RELEASES) describeDoctor(release);
