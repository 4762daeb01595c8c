import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from '../../../src/platform/secret.ts';

const secret = Secret.of('sk-fake-0123456789-WXYZ');

it('does not print in any of the usual ways', () => {
  const ways = [String(secret), `a ${String(secret)}`, JSON.stringify({ secret }), inspect(secret), secret.length];
  expect(ways).toEqual(['[secret]', 'a [secret]', '{"secret":"[secret]"}', '[secret]', 23]);
});

it('shows its end, and not where that would be much of the whole', () => {
  expect([secret.lastFour(), Secret.of('0123456789012345678').lastFour(), Secret.of('').lastFour()]).toEqual([
    'WXYZ',
    null,
    null,
  ]);
});
