import { describeSessionPins } from '../harness/sessionPins.ts';

describeSessionPins('2026.4.15');
