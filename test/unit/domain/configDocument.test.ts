import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/domain/configDocument.ts';

describe('parseConfig', () => {
  it('reads JSON5: profiles, order, release and the providers that models name', () => {
    const config = parseConfig(
      `{
        // by hand
        meta: { lastTouchedVersion: '2026.6.1', },
        auth: {
          profiles: { 'anthropic:a': { provider: 'anthropic', mode: 'token' }, odd: 'x', bare: { provider: 'p' } },
          order: { Anthropic: ['anthropic:a', 7], openai: [], bad: 'x' },
        },
        agents: {
          defaults: { model: { primary: 'anthropic/claude', fallbacks: ['OpenAI/gpt', 'alias', 3] } },
          list: [{ id: 'a', model: 'google/gemini' }, null, { model: { fallbacks: ['xai/grok'] } }],
          entries: { b: { model: 'zai/glm' } },
        },
      }`,
      '/c',
    );
    expect(config).toEqual({
      path: '/c',
      state: 'ok',
      lastTouchedVersion: '2026.6.1',
      hasProfiles: true,
      profiles: new Map([
        ['anthropic:a', { provider: 'anthropic', mode: 'token' }],
        ['bare', { provider: 'p', mode: null }],
      ]),
      order: new Map([
        ['Anthropic', ['anthropic:a']],
        ['openai', []],
      ]),
      providersInUse: new Set(['anthropic', 'openai', 'google', 'xai', 'zai']),
      modelKeys: new Map(),
    });
  });

  it('takes __proto__ as an ordinary id', () => {
    const config = parseConfig('{"auth":{"profiles":{"__proto__":{"provider":"p"}}}}', '/c');
    expect([...config.profiles.keys()]).toEqual(['__proto__']);
  });

  it.each(['', '[]', '{', 'null', '{"a":1}}'])('calls %j malformed', (text) => {
    expect(parseConfig(text, '/c').state).toBe('malformed');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseConfig(text, '/c')),
      { numRuns: 2_000 },
    );
    expect(parseConfig('['.repeat(200_000), '/c').state).toBe('malformed');
    expect(parseConfig(`{"auth":${'{"order":'.repeat(50_000)}1${'}'.repeat(50_000)}}`, '/c').state).toBe('ok');
  });
});
