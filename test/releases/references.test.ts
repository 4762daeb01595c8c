import { canAddReference } from '../../src/domain/reference.ts';
import { parseRelease } from '../../src/domain/release.ts';
import { describeAddedReference, describeFollowedReference } from '../harness/addedReference.ts';
import { CHOSEN_RELEASES } from '../harness/openclaw.ts';

for (const release of CHOSEN_RELEASES.filter((one) => canAddReference(parseRelease(one)))) {
  describeAddedReference(release);
  describeFollowedReference(release);
}
