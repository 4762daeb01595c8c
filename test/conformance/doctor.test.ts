import { describeDoctor } from '../harness/doctorReport.ts';

describeDoctor('2026.9.6');
