import { describeCliConformance } from '../harness/cliConformance.ts';

describeCliConformance('2026.6.1');
