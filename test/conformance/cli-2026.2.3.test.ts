import { describeCliConformance } from '../harness/cliConformance.ts';

describeCliConformance('2026.2.3');
