import { describeSessionPins } from '../harness/sessionPins.ts';

describeSessionPins('2026.6.1');
