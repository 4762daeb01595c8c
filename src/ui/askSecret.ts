import { env, l10n, ThemeIcon, window, type QuickInputButton } from 'vscode';
import { intakeCredential, SETUP_TOKEN_LENGTH, type IntakeRefusal, type IntakeWarning } from '../domain/tokenIntake.ts';
import type { Secret } from '../platform/secret.ts';
import { withoutMarkup } from '../view/display.ts';
import type { Messages } from './messages.ts';

export interface SecretQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly type: 'token' | 'api_key';
  readonly provider: string;
  readonly step: number;
  readonly totalSteps: number;
}

/** `null`: the user gave up. */
export type SecretAnswer = { readonly secret: Secret } | null;

/**
 * The one place that asks for a credential: a password box that keeps its focus while the user is in a terminal or a browser.
 * What is pasted is judged while it is typed; a doubt is put as a question and never mended silently.
 */
export async function askSecret(question: SecretQuestion, messages: Messages): Promise<SecretAnswer> {
  for (;;) {
    const pasted = await askText(question);
    if (pasted === null) return null;
    const intake = intakeCredential(pasted.text, question.type, question.provider);
    if (intake.kind === 'refused') continue;
    const doubts = intake.warnings.map((warning) => doubtWords(warning, intake.secret.length, question));
    if (doubts.length === 0) return { secret: intake.secret };
    const [yes, again] = [l10n.t('Use It Anyway'), l10n.t('Paste Again')];
    if (await messages.confirm(l10n.t('Use this credential?'), doubts.join('\n'), yes, again))
      return { secret: intake.secret };
  }
}

function askText(question: SecretQuestion): Promise<{ readonly text: string } | null> {
  const box = window.createInputBox();
  const paste: QuickInputButton = { iconPath: new ThemeIcon('clippy'), tooltip: l10n.t('Paste from clipboard') };
  box.title = question.title;
  box.prompt = withoutMarkup(question.prompt);
  box.password = true;
  box.ignoreFocusOut = true;
  box.step = question.step;
  box.totalSteps = question.totalSteps;
  box.buttons = [paste];
  const judge = (): boolean => {
    const intake = intakeCredential(box.value, question.type, question.provider);
    box.validationMessage =
      box.value === '' || intake.kind === 'ok' ? '' : withoutMarkup(refusalWords(intake.why, intake.length, question));
    return intake.kind === 'ok';
  };
  return new Promise((resolve) => {
    box.onDidChangeValue(judge);
    const accept = (): void => {
      resolve({ text: box.value });
      box.hide();
    };
    box.onDidAccept(() => {
      if (judge()) accept();
      else if (box.value === '') box.validationMessage = refusalWords('empty', 0, question);
    });
    box.onDidTriggerButton(async () => {
      const text = await readClipboard();
      if (text === '') {
        box.validationMessage = l10n.t('The clipboard is empty, or VS Code may not read it. Paste with the keyboard.');
        return;
      }
      box.value = text;
      if (judge() && isWholeToken(text, question)) accept();
    });
    box.onDidHide(() => {
      resolve(null);
      // The text is gone from the box, not only from the screen.
      box.value = '';
      box.dispose();
    });
    box.show();
  });
}

/** A setup-token without a doubt needs no Enter: what follows asks for its expiry. */
function isWholeToken(text: string, { type, provider }: SecretQuestion): boolean {
  const intake = intakeCredential(text, type, provider);
  return type === 'token' && provider === 'anthropic' && intake.kind === 'ok' && intake.warnings.length === 0;
}

/** Nothing where there is no text, or where a browser does not hand it out. */
async function readClipboard(): Promise<string> {
  try {
    return await env.clipboard.readText();
  } catch {
    return '';
  }
}

function refusalWords(why: IntakeRefusal, length: number, { provider }: SecretQuestion): string {
  const words: Record<IntakeRefusal, string> = {
    empty: l10n.t('Paste the credential here. White space and line breaks are removed.'),
    commandLine: l10n.t('This is a whole command line. Paste only the credential.'),
    controlCharacters: l10n.t('There are control characters in it. Copy it again as plain text.'),
    invisibleCharacters: l10n.t('There are invisible characters in it. Copy it again as plain text.'),
    notAscii: l10n.t('There are characters in it that no credential has. Copy it again.'),
    pastedTwice: l10n.t('It stands here twice. Paste it once.'),
    refreshToken: l10n.t('This is a refresh token, which only the program that got it can use.'),
    adminKey: l10n.t('This is an admin key. It cannot be used for models.'),
    apiKeyInsteadOfToken: l10n.t('This is an API key, not a setup-token. Use “Add API Key” for it.'),
    tokenInsteadOfApiKey: l10n.t('This is a setup-token, not an API key. Use “Paste Token” for it.'),
    notASetupToken: l10n.t('A setup-token begins with sk-ant-oat01-. {0} characters were pasted.', length),
    cut: l10n.t('Only {0} of {1} characters: the token was cut. Copy all of its lines.', length, SETUP_TOKEN_LENGTH),
    tooLong: l10n.t('{0} characters are too many for a credential of {1}.', length, provider),
  };
  return words[why];
}

function doubtWords(warning: IntakeWarning, length: number, { provider }: SecretQuestion): string {
  const words: Record<IntakeWarning, string> = {
    oddLength: l10n.t(
      'The token has {0} characters; setup-tokens have {1}. It may have been cut when it was copied.',
      length,
      SETUP_TOKEN_LENGTH,
    ),
    otherProvider: l10n.t('It looks like a credential of another provider than {0}.', provider),
    unknownPrefix: l10n.t('It does not begin as keys of {0} do.', provider),
    short: l10n.t('It has only {0} characters.', length),
  };
  return words[warning];
}
