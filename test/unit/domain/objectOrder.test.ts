import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inObjectOrder } from '../../../src/domain/objectOrder.ts';

const key = fc.oneof(
  fc.nat().map(String),
  fc.constantFrom('0', '00', '07', '-1', '1.5', '1e3', '4294967294', '4294967295', '', ' 1', 'p:a', 'constructor'),
  fc.string(),
);

test('keys come as in an object', () => {
  fc.assert(
    fc.property(fc.array(key), (keys) => {
      const object = Object.fromEntries(keys.map((name) => [name, name]));
      expect([...inObjectOrder(new Map(keys.map((name) => [name, name])))]).toEqual(Object.entries(object));
    }),
  );
});
