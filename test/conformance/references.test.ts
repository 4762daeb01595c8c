import { describeAddedReference, describeFollowedReference } from '../harness/addedReference.ts';

describeAddedReference('2026.6.1');
describeAddedReference('2026.9.6');
describeFollowedReference('2026.6.1');
