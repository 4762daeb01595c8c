import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cronCommand,
  isPlainText,
  shellWord,
  systemdWord,
  withoutExpressions,
  xmlText,
} from '../../../../src/view/automation/quoting.ts';
import {
  cronCommandOf,
  execStartByRules,
  execStartBySystemd,
  readPlist,
  shellWords,
  stepScript,
} from '../../../harness/automationReaders.ts';
import { SHELLS } from '../../hosts/shells.ts';

/** What readers of files take for their own, strung together by chance. */
const piece = fc.oneof(
  fc.constantFrom(' ', '"', "'", '%', '%%', '%h', '\\%', '$', '$$', '${X}', '$(id)', '`id`', '\\', ';', '&', '<', '>'),
  fc.constantFrom(
    ']]>',
    '<!--',
    '&amp;',
    '#',
    '*',
    '?',
    '!',
    '~',
    '${{ x }}',
    '{',
    '|',
    ':',
    ': ',
    '-',
    '--',
    '//',
    '@',
  ),
  fc.string({ minLength: 1, maxLength: 4 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
);
const hostile = fc
  .array(piece, { minLength: 1, maxLength: 12 })
  .map((pieces) => pieces.join(''))
  .filter(isPlainText);
/** Each real program is started once, with all of these. */
const TEXTS = fc.sample(hostile, { numRuns: 300, seed: 20261123 });

describe('a text is one word', () => {
  it.each(SHELLS.filter((shell) => /\/(?:sh|bash|dash|zsh|mksh)$/.test(shell)))('to %s', async (shell) => {
    expect(await shellWords(TEXTS.map(shellWord).join(' '), shell)).toEqual(TEXTS);
  });

  it('to cron and the shell that it starts', async () => {
    const line = `17 9 * * * ${cronCommand(TEXTS.map(shellWord).join(' '))}`;
    expect(await shellWords(cronCommandOf(line))).toEqual(TEXTS);
  });

  const unit = `[Service]\nType=oneshot\nExecStart=/bin/sh ${TEXTS.map(systemdWord).join(' ')}\n`;

  it('to systemd, by its rules', () => {
    expect(execStartByRules(unit)).toEqual(['/bin/sh', ...TEXTS]);
  });

  it('to systemd itself, where it is installed', async () => {
    // Paths: what it prints for `#` and `~` at the beginning of a word is a comment and a home to the shell that reads it here.
    const paths = TEXTS.map((text) => `/${text}`);
    const ofPaths = `[Service]\nType=oneshot\nExecStart=/bin/sh ${paths.map(systemdWord).join(' ')}\n`;
    const read = await execStartBySystemd(ofPaths);
    expect(read ?? execStartByRules(ofPaths)).toEqual(['/bin/sh', ...paths]);
  });

  it('to a reader of property lists', async () => {
    const words = TEXTS.map((text) => `<string>${xmlText(text)}</string>`).join('');
    expect(await readPlist(`<plist version="1.0"><array>${words}</array></plist>`)).toEqual(TEXTS);
  });

  it('to the shell of a step, and never an expression of GitHub', async () => {
    const script = withoutExpressions(TEXTS.map(shellWord).join(' '));
    const step = `- name: x\n  shell: bash\n  run: |\n    ${script}\n`;
    expect(await shellWords(stepScript(step), '/bin/bash')).toEqual(TEXTS);
  });
});

describe('a text that cannot be written', () => {
  it.each(['', 'a\nb', 'a\rb', 'a\0b', 'a\u001b[31mb', '\u202Ecod', 'a\u2028b', '\ud800', 'zero\u200bwidth', '\ufffe'])(
    '%j is refused',
    (text) => expect(isPlainText(text)).toBe(false),
  );
  it.each(['/home/günther/.openclaw', "/Users/o'neil/a b", 'C:\\Users\\x', '/日本/100%'])('%s is not', (text) => {
    expect(isPlainText(text)).toBe(true);
  });
});
