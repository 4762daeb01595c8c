import { describeCliConformance } from '../harness/cliConformance.ts';

describeCliConformance('2026.4.15');
