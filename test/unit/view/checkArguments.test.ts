import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseHeadlessArgs } from '../../../src/gateway/headlessArgs.ts';
import { checkArguments, readCheckTask } from '../../../src/view/checkArguments.ts';
import manifest from '../../../package.json' with { type: 'json' };

const DAY_MS = 86_400_000;
const text = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.trim() !== '');

it('is what the worker takes, whatever a path or an id holds', () => {
  const given = fc.record({
    stateDir: fc.option(text),
    agent: fc.option(text),
    openclaw: fc.option(text),
    warnDays: fc.double({ min: 0, max: 99_999, noNaN: true }),
  });
  fc.assert(
    fc.property(given, (options) => {
      const parsed = parseHeadlessArgs(checkArguments(options));
      const { stateDir, agent, openclaw } = options;
      expect(parsed).toMatchObject({ kind: 'check', options: { stateDir, agent, openclaw } });
      const { warnMs } = (parsed as { options: { warnMs: number } }).options;
      expect(Math.abs(warnMs - options.warnDays * DAY_MS)).toBeLessThanOrEqual(DAY_MS / 1000);
    }),
  );
});

it.each([
  [{ type: 'openclaw-auth' }, {}],
  [{ type: 'openclaw-auth', task: 'check', agent: 'main', warnDays: 3, stateDir: '/s' }, undefined],
  [{ task: 'destroy' }, null],
  [{ agent: ['main'] }, null],
  [{ stateDir: ' ' }, null],
  [{ warnDays: '3' }, null],
  [{ warnDays: Number.NaN }, null],
])('reads the definition %j', (definition, expected) => {
  const { agent, warnDays, stateDir } = definition as Record<string, unknown>;
  expect(readCheckTask(definition)).toEqual(expected === undefined ? { agent, warnDays, stateDir } : expected);
});

it('has a matcher that no text in a message leads astray', () => {
  const [matcher] = manifest.contributes.problemMatchers;
  const line = 'C:\\a: b:1:1: error tokenExpired: main: x:1:1: info fine: y';
  expect(new RegExp(matcher?.pattern.regexp ?? '').exec(line)?.slice(1)).toEqual([
    ...['C:\\a: b', '1', '1', 'error', 'tokenExpired', 'main: x:1:1: info fine: y'],
  ]);
});
