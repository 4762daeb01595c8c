import { describeCarriedCredentials } from '../harness/carriedCredentials.ts';

describeCarriedCredentials('2026.6.1');
