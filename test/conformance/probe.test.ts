import { describeProbe } from '../harness/probedCredentials.ts';

// That of 2026.6.1 is run over ssh, by the suite of the hosts.
describeProbe('2026.9.6');
