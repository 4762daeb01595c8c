import { describeProbe } from '../harness/probedCredentials.ts';

describeProbe('2026.6.1');
describeProbe('2026.9.6');
