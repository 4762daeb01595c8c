import { describeSessionPins } from '../harness/sessionPins.ts';

describeSessionPins('2026.2.3');
