import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { removeVariable, setVariable } from '../../../src/domain/dotenv.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { Secret } from '../../../src/platform/secret.ts';

const KEY = 'ANTHROPIC_API_KEY';
const set = (text: string, value = 'sk-FAKE-1') => setVariable(text, KEY, Secret.of(value));

describe('setVariable', () => {
  test.each([
    ['', `${KEY}=sk-FAKE-1\n`],
    ['# mine\n', `# mine\n${KEY}=sk-FAKE-1\n`],
    ['A=1', `A=1\n${KEY}=sk-FAKE-1\n`],
    ['A=1\r\n', `A=1\r\n${KEY}=sk-FAKE-1\r\n`],
    [`${KEY}=old # why\nB=2\n`, `${KEY}=sk-FAKE-1 # why\nB=2\n`],
    [`export ${KEY} = "old"\n`, `export ${KEY} = sk-FAKE-1\n`],
    [`  ${KEY}=\n`, `  ${KEY}=sk-FAKE-1\n`],
    [`${KEY}='a\nb'\nC=3`, `${KEY}=sk-FAKE-1\nC=3`],
    [`${KEY}="a\\"b" # c\n`, `${KEY}=sk-FAKE-1 # c\n`],
    [`${KEY}="a"b\nC="3"\n`, `${KEY}=sk-FAKE-1\nC="3"\n`],
    [`${KEY}=1\n${KEY}=2\n`, `${KEY}=1\n${KEY}=sk-FAKE-1\n`],
    [`# ${KEY}=no\n`, `# ${KEY}=no\n${KEY}=sk-FAKE-1\n`],
    [`X="\n${KEY}=inside\n"\n`, `X="\n${KEY}=inside\n"\n${KEY}=sk-FAKE-1\n`],
    [`${KEY}="open\nB=2\n`, `${KEY}=sk-FAKE-1\nB=2\n`],
  ])('%j', (before, after) => {
    expect(set(before)).toBe(after);
  });

  test('quotes what needs it, and refuses what no quotes can hold', () => {
    expect(set('', 'a b#c$d')).toBe(`${KEY}='a b#c$d'\n`);
    for (const value of ["it's", 'a\nb', 'ü', '']) expect(() => set('', value)).toThrow(AppError);
    expect(() => setVariable('', 'A B', Secret.of('x'))).toThrow(AppError);
  });
});

test.each([
  [`A=1\n${KEY}=x\nB=2\n`, 'A=1\nB=2\n'],
  [`${KEY}=1\n# c\n${KEY}=2`, '# c\n'],
  ['A=1\n', 'A=1\n'],
])('removeVariable: %j', (before, after) => {
  expect(removeVariable(before, KEY)).toBe(after);
});

const name = fc.constantFrom('A', 'B_1', 'OPENAI_API_KEY', KEY);
const line = fc.oneof(
  fc.tuple(name, fc.constantFrom('x', '"x y"', "'x # y'", '', 'a=b', 'x # c')).map(([key, value]) => `${key}=${value}`),
  fc.constantFrom('', '# a comment', '   ', 'export C=3', 'not an assignment', 'D = 4'),
);
const file = fc
  .tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, isEnded]) => lines.join(end) + (isEnded ? end : ''));
const value = fc.stringMatching(/^[A-Za-z0-9_.:/+=@%,-]{1,60}$/);

test('what was set is read back, and everything else as before', () => {
  fc.assert(
    fc.property(file, value, (text, key) => {
      const after = setVariable(text, KEY, Secret.of(key));
      expect(parseEnv(after)).toEqual({ ...parseEnv(text), [KEY]: key });
      const others = Object.entries(parseEnv(text)).filter(([other]) => other !== KEY);
      expect(parseEnv(removeVariable(after, KEY))).toEqual(Object.fromEntries(others));
    }),
    { numRuns: 2_000 },
  );
});
