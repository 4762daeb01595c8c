import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intakeCredential, isPasted, SETUP_TOKEN_LENGTH, type Intake } from '../../../src/domain/tokenIntake.ts';

const token = ('sk-ant-oat01-' + 'FAKE'.repeat(24)).slice(0, SETUP_TOKEN_LENGTH - 1) + 'A';
const apiKey = 'sk-ant-api03-' + 'FAKE'.repeat(20);

function told(intake: Intake): string {
  return intake.kind === 'ok' ? ['ok', ...intake.warnings].join(' ') : intake.why;
}

describe('a setup-token for anthropic', () => {
  const wrapped = `${token.slice(0, 80)}\n${token.slice(80)}\n`;
  test.each([
    ['whole', token, 'ok'],
    ['wrapped at 80 columns', wrapped, 'ok'],
    ['wrapped with CRLF and indent', `  ${token.slice(0, 79)}\r\n  ${token.slice(79)}`, 'ok'],
    ['in quotes', `"${token}"`, 'ok'],
    ['in back-ticks', `\`${token}\``, 'ok'],
    ['after a byte order mark', `\ufeff${token}`, 'ok'],
    ['with a no-break space', `${token}\u00a0`, 'ok'],
    ['cut at column 80: the gateway would take it', token.slice(0, 80), 'ok oddLength'],
    ['one character short', token.slice(0, -1), 'ok oddLength'],
    ['one character more', `${token}A`, 'ok oddLength'],
    ['below the gateway’s minimum', token.slice(0, 79), 'cut'],
    ['its second line only', token.slice(80), 'notASetupToken'],
    ['nothing', '', 'empty'],
    ['white space', ' \n\t', 'empty'],
    ['an API key', apiKey, 'apiKeyInsteadOfToken'],
    ['a refresh token', 'sk-ant-ort01-' + 'FAKE'.repeat(24), 'refreshToken'],
    ['an admin key', 'sk-ant-admin01-' + 'FAKE'.repeat(24), 'adminKey'],
    ['pasted twice', token + token, 'pastedTwice'],
    ['a whole line', `export CLAUDE_CODE_OAUTH_TOKEN=${token}`, 'commandLine'],
    ['an assignment', `ANTHROPIC_API_KEY=${apiKey}`, 'commandLine'],
    ['the command', 'claude setup-token', 'commandLine'],
    ['with a colour code', `\u001b[32m${token}`, 'controlCharacters'],
    ['with a zero-width space', `${token.slice(0, 40)}\u200b${token.slice(40)}`, 'invisibleCharacters'],
    ['with a homograph', token.replace('F', '\u0424'), 'notAscii'],
    ['with NUL', `${token}\u0000`, 'controlCharacters'],
    ['prose', 'Your token is ready', 'notASetupToken'],
    ['another provider’s key', 'sk-or-v1-' + 'fake'.repeat(16), 'notASetupToken'],
    ['a book', 'x'.repeat(20_000), 'tooLong'],
  ])('%s', (_, pasted, expected) => {
    expect(told(intakeCredential(pasted, 'token', 'anthropic'))).toBe(expected);
  });

  test('white space anywhere is removed and nothing else is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(token.length), { maxLength: 6 }),
        fc.constantFrom(' ', '\n', '\r\n', '\t'),
        (cuts, gap) => {
          const pieces = [0, ...cuts.toSorted((a, b) => a - b), token.length];
          const pasted = pieces
            .slice(1)
            .map((end, i) => token.slice(pieces[i], end))
            .join(gap);
          const intake = intakeCredential(pasted, 'token', 'anthropic');
          expect(intake.kind === 'ok' && intake.secret.reveal()).toBe(token);
        },
      ),
    );
  });
});

describe('other credentials', () => {
  test.each([
    ['api_key', 'anthropic', apiKey, 'ok'],
    ['api_key', 'anthropic', token, 'tokenInsteadOfApiKey'],
    ['api_key', 'anthropic', 'not-a-known-prefix-' + 'FAKE'.repeat(4), 'ok unknownPrefix'],
    ['api_key', 'openai', 'sk-proj-' + 'FAKE'.repeat(10), 'ok'],
    ['api_key', 'openai', apiKey, 'ok otherProvider'],
    ['api_key', 'mistral', 'FAKEFAKEFAKEFAKEFAKE', 'ok'],
    ['api_key', 'mistral', 'FAKE', 'ok short'],
    ['token', 'openrouter', 'FAKEFAKEFAKEFAKEFAKE', 'ok'],
    ['token', 'openrouter', token, 'ok otherProvider'],
  ] as const)('%s for %s', (type, provider, pasted, expected) => {
    expect(told(intakeCredential(pasted, type, provider))).toBe(expected);
  });
});

test.each([token, `"${token}"`, ` '${token.slice(0, 60)}\n${token.slice(60)}' `])(
  'what was taken for a credential is found again where it was copied from (%#)',
  (pasted) => {
    const intake = intakeCredential(pasted, 'token', 'anthropic');
    expect(intake.kind === 'ok' && isPasted(pasted, intake.secret)).toBe(true);
    expect(intake.kind === 'ok' && isPasted(`${pasted}x`, intake.secret)).toBe(false);
  },
);
