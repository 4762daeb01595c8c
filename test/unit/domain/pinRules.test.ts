import { expect, it } from 'vitest';
import { profileId } from '../../../src/domain/ids.ts';
import { clearingLine, passingModel, pinLine, pinningRules, providerOfModel } from '../../../src/domain/pinRules.ts';
import { parseRelease } from '../../../src/domain/release.ts';

it('says a pin in one line, and only where it stays one word', () => {
  expect(pinLine('anthropic/claude', profileId('anthropic:work'))).toBe('/model anthropic/claude@anthropic:work');
  for (const id of ['a b', 'a\nb', 'a\u202Eb']) expect(pinLine('m', profileId(id))).toBeNull();
  expect(pinLine('m /new', profileId('a'))).toBeNull();
});

it.each([
  ['2026.2.3', '/model p/m'],
  ['2026.4.15', '/model p/m'],
  ['2026.6.1', '/model p/m'],
  ['2026.6.5', null],
  ['2026.9.6', null],
  ['unknown', null],
])('of %s the line that clears is %s', (release, line) => {
  expect(clearingLine(parseRelease(release), 'p/m')).toBe(line);
  expect(clearingLine(parseRelease(release), 'p/m x')).toBeNull();
});

it.each([
  ['2026.2.3', null],
  ['2026.4.15', null],
  ['2026.5.26', null],
  ['2026.6.1', { asksTarget: false }],
  ['2026.6.5', null],
  ['2026.8.2', null],
  ['2026.9.6', { asksTarget: true }],
  ['2027.1.1', null],
  ['unknown', null],
])('the gateway of %s is told so', (release, rules) => {
  expect(pinningRules(parseRelease(release))).toEqual(rules);
});

it('goes over a model of a provider that is neither the session’s nor the profile’s', () => {
  expect(passingModel(['anthropic', 'anthropic'])).toBe('xai/none');
  expect(passingModel(['xai', 'openai'])).toBe('together/none');
  expect(providerOfModel('openrouter/anthropic/claude')).toBe('openrouter');
  expect(providerOfModel('alias')).toBe('');
});
