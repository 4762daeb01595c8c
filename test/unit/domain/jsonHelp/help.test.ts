import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentOfPath, helpedDocument, type HelpedDocument } from '../../../../src/domain/jsonHelp/documents.ts';
import { dateHints, helpAt, type FieldHelp } from '../../../../src/domain/jsonHelp/help.ts';
import { findProblems } from '../../../../src/domain/jsonHelp/problems.ts';

const CANARY = `sk-ant-oat01-${'CANARY'.repeat(16)}`;
const EXPIRES = 1_900_000_000_000;

const STORE = `{
  "version": 1,
  "profiles": {
    "anthropic:work": { "type": "token", "provider": "anthropic", "token": "${CANARY}", "expires": ${EXPIRES} },
    "openai:a": { "type": "api_key", "provider": "openai", "key": "\${OPENAI_TEAM_KEY}" },
    "openai:b": { "type": "api_key", "provider": "openai", "key": { "source": "env", "id": "X" } },
    "google:c": { "type": "oauth", "provider": "google", "access": "ya29.${'x'.repeat(40)}", "refresh": "" }
  },
  "order": { "anthropic": ["anthropic:work"] },
  "usageStats": { "anthropic:work": { "lastUsed": 1700000000000, "cooldownUntil": 0, "errorCount": 1700000000001 } }
}`;
const CONFIG = `{
  // written by hand
  "auth": { "profiles": { "a:b": { "provider": "a", "mode": "token" } }, "order": { "a": ["a:b"] } },
  "channels": { "token": "${CANARY}" },
}`;

/** Where the pointer rests on the first place of a text, one character in. */
const help = (text: string, document: HelpedDocument, at: string): FieldHelp | null =>
  helpAt(text, document, text.indexOf(at) + 1);

describe('what is said of a field', () => {
  it.each([
    ['"version"', 'version'],
    ['"anthropic:work"', 'PROFILE'],
    ['"provider"', 'provider'],
    ['"token"', 'type'],
    ['"token":', 'token'],
    ['"source"', 'REF_SOURCE'],
    ['["anthropic:work"', 'ORDER'],
    ['"errorCount"', 'errorCount'],
  ])('%s is %s', (at, field) => {
    expect(help(STORE, 'profiles', at)?.field).toBe(field);
  });

  it.each([
    ['"auth"', 'auth'],
    ['"a:b":', 'CONFIG_PROFILE'],
    ['"mode"', 'CONFIG_MODE'],
    ['["a:b"', 'CONFIG_ORDER'],
  ])('%s of the configuration is %s', (at, field) => {
    expect(help(CONFIG, 'config', at)?.field).toBe(field);
  });

  it('is nothing for what is not ours, also beside it', () => {
    expect(help(CONFIG, 'config', '"channels"')).toBeNull();
    expect(help(CONFIG, 'config', CANARY)).toBeNull();
    expect(help(STORE, 'profiles', '\n')).toBeNull();
    expect(helpAt('', 'profiles', 0)).toBeNull();
    expect(helpAt(STORE, 'profiles', 1e9)).toBeNull();
  });

  it('is of a time the moment, on its key and on its number', () => {
    expect(help(STORE, 'profiles', '"expires"')?.unixMs).toBe(EXPIRES);
    expect(help(STORE, 'profiles', String(EXPIRES))?.unixMs).toBe(EXPIRES);
    expect(help(STORE, 'profiles', '1700000000001')?.unixMs).toBeNull();
  });

  it('is of a credential its kind and length, and nothing of it', () => {
    expect(help(STORE, 'profiles', CANARY)?.secret).toEqual({
      ...{ kind: { prefix: 'sk-ant-oat01-', provider: 'anthropic', kind: 'token' }, isReference: false },
      length: CANARY.length,
    });
    expect(help(STORE, 'profiles', '"${OPENAI')?.secret).toEqual({ kind: null, length: 18, isReference: true });
    expect(help(STORE, 'profiles', '{ "source"')?.secret?.isReference).toBe(true);
    expect(help(STORE, 'profiles', 'ya29')?.secret).toEqual({ kind: null, length: 45, isReference: false });
  });
});

it('puts a date behind each time of the part that is shown', () => {
  const all = { offset: 0, length: STORE.length };
  expect(dateHints(STORE, 'profiles', all).map(({ unixMs, isEnd }) => [unixMs, isEnd])).toEqual([
    [EXPIRES, true],
    [1_700_000_000_000, false],
  ]);
  const [first] = dateHints(STORE, 'profiles', all);
  expect(STORE.slice(0, first?.offset).endsWith(String(EXPIRES))).toBe(true);
  expect(dateHints(STORE, 'profiles', { offset: 0, length: 20 })).toEqual([]);
  expect(dateHints(CONFIG, 'config', { offset: 0, length: CONFIG.length })).toEqual([]);
});

it('knows the documents by their names', () => {
  expect(helpedDocument('/x/agents/main/agent/auth-profiles.json')).toBe('profiles');
  expect(helpedDocument('C:\\x\\openclaw.json')).toBe('config');
  for (const other of ['/auth-profiles.json.bak', '/toString', '/__proto__', '', '/my-openclaw.json'])
    expect(helpedDocument(other)).toBeNull();
  expect(agentOfPath('/s/agents/lab/agent/auth-state.json')).toBe('lab');
  expect(agentOfPath('/s/auth-state.json')).toBeNull();
});

describe('whatever stands in a document', () => {
  const cut = fc.nat(STORE.length).map((length) => STORE.slice(0, length));
  const mixed = fc
    .tuple(fc.nat(STORE.length), fc.nat(STORE.length), fc.string({ unit: 'binary', maxLength: 6 }))
    .map(([from, to, put]) => STORE.slice(0, Math.min(from, to)) + put + STORE.slice(Math.max(from, to)));
  const any = fc.oneof(
    cut,
    mixed,
    fc.json(),
    fc.constant('['.repeat(100_000)),
    fc.constant('{"profiles":'.repeat(200)),
  );

  it('nothing fails, and nothing of a credential is handed out', () => {
    fc.assert(
      fc.property(any, fc.nat(2_000), fc.constantFrom('profiles', 'state', 'config'), (text, offset, document) => {
        const known = { isRetired: false, profileIds: new Set(['x']) };
        const said = JSON.stringify([
          helpAt(text, document, offset),
          dateHints(text, document, { offset: 0, length: text.length }),
          findProblems(text, document, known),
        ]);
        expect(said).not.toMatch(/CANARY|ya29|xxxx/);
      }),
      { numRuns: 400 },
    );
  });
});
