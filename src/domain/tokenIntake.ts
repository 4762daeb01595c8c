import { Secret } from '../platform/secret.ts';

/** Length of the tokens that `claude setup-token` prints; a remainder of one that was cut at a terminal's edge is shorter. */
export const SETUP_TOKEN_LENGTH = 108;
/** OpenClaw takes Anthropic setup-tokens from this length on (2026.2.3 to 2026.9.6), so it also takes cut ones. */
const SETUP_TOKEN_MIN_LENGTH = 80;

/** Doubts that the user may overrule. */
export type IntakeWarning = 'oddLength' | 'otherProvider' | 'unknownPrefix' | 'short';

/** Why pasted text cannot be stored. */
export type IntakeRefusal =
  | 'empty'
  | 'commandLine'
  | 'controlCharacters'
  | 'invisibleCharacters'
  | 'notAscii'
  | 'pastedTwice'
  | 'refreshToken'
  | 'adminKey'
  | 'apiKeyInsteadOfToken'
  | 'tokenInsteadOfApiKey'
  | 'notASetupToken'
  | 'cut'
  | 'tooLong';

export type Intake =
  | { readonly kind: 'ok'; readonly secret: Secret; readonly warnings: readonly IntakeWarning[] }
  | {
      readonly kind: 'refused';
      readonly why: IntakeRefusal;
      /** characters left after cleaning */ readonly length: number;
    };

export interface KnownPrefix {
  readonly prefix: string;
  readonly provider: string;
  readonly kind: 'token' | 'api_key' | 'refresh' | 'admin';
}

/** Longest prefix first. */
const PREFIXES: readonly KnownPrefix[] = [
  { prefix: 'sk-ant-oat01-', provider: 'anthropic', kind: 'token' },
  { prefix: 'sk-ant-ort01-', provider: 'anthropic', kind: 'refresh' },
  { prefix: 'sk-ant-admin', provider: 'anthropic', kind: 'admin' },
  { prefix: 'sk-ant-api', provider: 'anthropic', kind: 'api_key' },
  { prefix: 'sk-or-v1-', provider: 'openrouter', kind: 'api_key' },
  { prefix: 'sk-proj-', provider: 'openai', kind: 'api_key' },
  { prefix: 'AIza', provider: 'google', kind: 'api_key' },
  { prefix: 'xai-', provider: 'xai', kind: 'api_key' },
  { prefix: 'gsk_', provider: 'groq', kind: 'api_key' },
];

const MAX_LENGTH = 16_384;
const SHORT_LENGTH = 16;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
const NOT_ASCII = /[^\u0021-\u007e]/;
const COMMAND = /^\s*(?:export\s+|set\s+|\$\s*)?(?:[A-Z][A-Z0-9_]{2,}\s*=|claude\s|openclaw\s|echo\s|curl\s)/;

/**
 * Turns pasted text into a secret: white space and line breaks (a terminal's wrap) are removed, quotes around it too, and
 * nothing else; what cannot be the expected credential is refused, what is merely odd is returned with a warning.
 */
export function intakeCredential(pasted: string, expected: 'token' | 'api_key', provider: string): Intake {
  const text = clean(pasted);
  const refused = refuse(pasted, text) ?? refuseKind(text, expected, provider);
  if (refused !== null) return { kind: 'refused', why: refused, length: text.length };
  return { kind: 'ok', secret: Secret.of(text), warnings: doubts(text, expected, provider) };
}

/** What is odd about a value that stands in a store; null where nothing is, or nothing is known of its kind. */
export type CredentialDoubt = 'cut' | 'oddLength' | 'otherKind';

const OTHER_KIND: ReadonlySet<IntakeRefusal> = new Set<IntakeRefusal>([
  ...(['refreshToken', 'adminKey', 'apiKeyInsteadOfToken', 'tokenInsteadOfApiKey'] as const),
]);

export function judgeStored(text: string, type: 'token' | 'api_key', provider: string): CredentialDoubt | null {
  const intake = intakeCredential(text, type, provider);
  if (intake.kind === 'ok') return type === 'token' && intake.warnings.includes('oddLength') ? 'oddLength' : null;
  if (intake.why === 'cut') return 'cut';
  return OTHER_KIND.has(intake.why) ? 'otherKind' : null;
}

/** Whether pasted text is, or would be taken for, this credential. */
export function isPasted(pasted: string, secret: Secret): boolean {
  return Secret.of(clean(pasted)).equals(secret);
}

function clean(pasted: string): string {
  return unquote(pasted.replace(/\s+/g, ''));
}

function unquote(text: string): string {
  const match = /^(["'`])(.*)\1$/.exec(text);
  return match?.[2] ?? text;
}

/** Text that is not one credential, whatever the kind. `\s` covers U+FEFF, which the paste of a file may begin with. */
function refuse(pasted: string, text: string): IntakeRefusal | null {
  if (text === '') return 'empty';
  if (COMMAND.test(pasted)) return 'commandLine';
  if (CONTROL.test(text)) return 'controlCharacters';
  if (INVISIBLE.test(text)) return 'invisibleCharacters';
  if (NOT_ASCII.test(text)) return 'notAscii';
  if (text.length > MAX_LENGTH) return 'tooLong';
  const known = prefixOf(text);
  if (known !== null && text.indexOf(known.prefix, known.prefix.length) !== -1) return 'pastedTwice';
  return null;
}

/** A credential of a kind that cannot serve as the expected one. */
function refuseKind(text: string, expected: 'token' | 'api_key', provider: string): IntakeRefusal | null {
  const kind = prefixOf(text)?.kind;
  if (kind === 'refresh') return 'refreshToken';
  if (kind === 'admin') return 'adminKey';
  if (expected === 'api_key') return kind === 'token' ? 'tokenInsteadOfApiKey' : null;
  return provider === 'anthropic' ? refuseSetupToken(text) : null;
}

function refuseSetupToken(text: string): IntakeRefusal | null {
  const known = prefixOf(text);
  if (known?.kind === 'api_key' && known.provider === 'anthropic') return 'apiKeyInsteadOfToken';
  if (known?.kind !== 'token') return 'notASetupToken';
  return text.length < SETUP_TOKEN_MIN_LENGTH ? 'cut' : null;
}

function doubts(text: string, expected: 'token' | 'api_key', provider: string): IntakeWarning[] {
  const known = prefixOf(text);
  const warnings: IntakeWarning[] = [];
  if (known?.kind === 'token' && text.length !== SETUP_TOKEN_LENGTH) warnings.push('oddLength');
  if (known !== null && known.provider !== provider) warnings.push('otherProvider');
  if (
    known === null &&
    expected === 'api_key' &&
    PREFIXES.some((p) => p.provider === provider && p.kind === 'api_key')
  ) {
    warnings.push('unknownPrefix');
  }
  if (text.length < SHORT_LENGTH) warnings.push('short');
  return warnings;
}

/** What the beginning of a credential says of it; constants only. */
export function prefixOf(text: string): KnownPrefix | null {
  return PREFIXES.find((known) => text.startsWith(known.prefix)) ?? null;
}
