import { expect, test } from 'vitest';
import { agentId } from '../../../src/domain/ids.ts';
import { parseSessionPins } from '../../../src/domain/sessionPin.ts';

test('takes pins out of sessions, last used first, and leaves out what is none', () => {
  const document = {
    'agent:main:a': {
      authProfileOverride: 'p:a',
      authProfileOverrideSource: 'user',
      modelProvider: 'p',
      model: 'm',
      updatedAt: 1,
    },
    'agent:main:b': { authProfileOverride: 'p:b', authProfileOverrideSource: 'auto', updatedAt: 2 },
    'agent:main:c': { authProfileOverride: 'p:c', authProfileOverrideSource: 7, updatedAt: 'x', extra: true },
    'agent:main:d': { model: 'm' },
    'agent:main:e': null,
  };
  expect(parseSessionPins(JSON.stringify(document), agentId('main'))).toEqual([
    { agentId: 'main', sessionKey: 'agent:main:b', profileId: 'p:b', source: 'auto', model: null, updatedAt: 2 },
    { agentId: 'main', sessionKey: 'agent:main:a', profileId: 'p:a', source: 'user', model: 'p/m', updatedAt: 1 },
    { agentId: 'main', sessionKey: 'agent:main:c', profileId: 'p:c', source: 'unknown', model: null, updatedAt: null },
  ]);
});

test.each(['', '{', '[]', '7', 'null'])('%j has none', (text) => {
  expect(parseSessionPins(text, agentId('main'))).toEqual([]);
});
