import { expect, it } from 'vitest';
import { parseJson } from '../../../src/platform/json.ts';

it('parses, and says undefined for what is not JSON', () => {
  expect(parseJson('{"a":[null]}')).toEqual({ a: [null] });
  expect(parseJson('null')).toBe(null);
  expect(parseJson('{"a":')).toBe(undefined);
  expect(parseJson('')).toBe(undefined);
});
