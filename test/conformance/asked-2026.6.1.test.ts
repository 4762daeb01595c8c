import { describeAskedGateway } from '../harness/askedGateway.ts';

describeAskedGateway('2026.6.1');
