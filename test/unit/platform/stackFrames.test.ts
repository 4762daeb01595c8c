import { expect, test } from 'vitest';
import { framesOf } from '../../../src/platform/stackFrames.ts';

test('names the places and nothing of the message, however it looks', () => {
  const error = new TypeError('cannot read\n    at FAKE-VALUE');
  expect(framesOf(error)).toMatch(/^at .*stackFrames\.test\.ts:\d+:\d+/);
  expect(framesOf(error)).not.toContain('FAKE-VALUE');
  expect(framesOf(error)?.split(' at ').length).toBeLessThanOrEqual(8);
});

test('says nothing where message and stack do not belong together, or where there is no error', () => {
  const changed = new Error('FAKE-VALUE');
  // It is put together when it is first asked for.
  expect(changed.stack).toContain('FAKE-VALUE');
  changed.message = 'another';
  expect(framesOf(changed)).toBeNull();
  expect(framesOf('thrown text')).toBeNull();
  expect(framesOf(undefined)).toBeNull();
});
