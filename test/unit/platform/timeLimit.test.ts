import { expect, it } from 'vitest';
import { withTimeLimit } from '../../../src/platform/timeLimit.ts';

it('hands on the value of work that settles', async () => {
  expect(await withTimeLimit(Promise.resolve(7), 60_000)).toEqual({ kind: 'settled', value: 7 });
});

it('hands on the rejection of work that fails', async () => {
  await expect(withTimeLimit(Promise.reject(new Error('no')), 60_000)).rejects.toThrow('no');
});

it('gives up on work that never settles', async () => {
  expect(await withTimeLimit(new Promise(() => {}), 1)).toEqual({ kind: 'timedOut' });
});

it('ignores work that fails after the limit', async () => {
  let fail: (error: Error) => void = () => {};
  const late = new Promise<never>((_, reject) => (fail = reject));
  expect(await withTimeLimit(late, 1)).toEqual({ kind: 'timedOut' });
  fail(new Error('late'));
});
