import { expect, test } from 'vitest';
import { parseProbe } from '../../../src/domain/probe.ts';

const answer = (results: unknown): string =>
  `[log] starting\n${JSON.stringify({ auth: { probes: { results } } }, null, 1)}\n`;

test('takes the results out of an answer with log lines before it, and nothing that may quote a credential', () => {
  const results = [
    { provider: 'p', profileId: 'p:a', status: 'ok', latencyMs: 690, label: 'sk-FAKE', error: 'sk-FAKE' },
    { provider: 'p', profileId: 'p:b', status: 'unknown', reasonCode: 'expired' },
    { provider: 'p', status: 'auth', latencyMs: 'x' },
    { provider: 'p', status: 'surprise' },
    { status: 'ok' },
    null,
  ];
  expect(parseProbe(answer(results))).toEqual([
    { provider: 'p', profileId: 'p:a', status: 'ok', reason: null, latencyMs: 690 },
    { provider: 'p', profileId: 'p:b', status: 'notTried', reason: 'expired', latencyMs: null },
    { provider: 'p', profileId: null, status: 'auth', reason: null, latencyMs: null },
    { provider: 'p', profileId: null, status: 'other', reason: null, latencyMs: null },
  ]);
});

test.each(['', '{', '{}', '{"auth":{}}', 'nothing'])('%j is no answer', (text) => {
  expect(parseProbe(text)).toBeNull();
});
