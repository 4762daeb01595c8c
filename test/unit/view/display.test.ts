import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { display, inMarkdown, sentenceInMarkdown, withoutMarkup } from '../../../src/view/display.ts';

describe('display', () => {
  test.each([
    ['anthropic:work', 'anthropic:work'],
    ['', '""'],
    ['  ', '""'],
    ['a\nb', 'a b'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007x', 'x'],
    ['\u009b31mred', '31mred'],
    ['a\u0000b', 'a b'],
    ['abc\u202etxt.exe', 'abc\\u{202e}txt.exe'],
    ['pay\u200bpal', 'pay\\u{200b}pal'],
    ['\ufeffx', '\\u{feff}x'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['a\u2028b', 'a\\u{2028}b'],
    ['lone\ud800', 'lone\\u{d800}'],
    ['$(key) [x](command:y)', '$(key) [x](command:y)'],
    ['é', 'é'],
  ])('%j', (text, shown) => {
    expect(display(text)).toBe(shown);
  });

  test('what a program says is not cut, and is one line without anything that is drawn', () => {
    const said = `Run \`openclaw\` ${'x'.repeat(100)}\n\u202eend`;
    expect(sentenceInMarkdown(said)).toBe(`Run \\\`openclaw\\\` ${'x'.repeat(100)} \\\\u\\{202e\\}end`);
    expect(sentenceInMarkdown('x'.repeat(9_000))).toHaveLength(2_000);
  });

  test('cuts at 80 characters as a person counts them', () => {
    const family = 'e\u0301';
    expect(display(family.repeat(80))).toBe(family.repeat(80));
    expect(display(family.repeat(81))).toBe(`${family.repeat(79)}…`);
  });

  test('whatever the text, one line without anything that moves or hides other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // eslint-disable-next-line no-control-regex -- control characters are what must not be there
        expect(display(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]|[\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(display(text)).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('withoutMarkup', () => {
  test.each([
    ['$(key) a', '$\u2060(key) a'],
    ['$(sync~spin)', '$\u2060(sync~spin)'],
    ['$(rm -rf x)', '$(rm -rf x)'],
    ['[x](command:y) [z](https://z)', '[x]\u2060(command:y) [z]\u2060(https://z)'],
    ['anthropic:work [1] (2)', 'anthropic:work [1] (2)'],
  ])('%j', (text, plain) => {
    expect(withoutMarkup(text)).toBe(plain);
  });
});

describe('inMarkdown', () => {
  test.each([
    ['anthropic:work', 'anthropic\\:work'],
    ['a|b', 'a\\|b'],
    ['<img src=x>', '\\<img src=x\\>'],
    ['[x](command:y)', '\\[x\\]\\(command\\:y\\)'],
    ['a\nb', 'a b'],
    ['back\\', 'back\\\\'],
  ])('%j', (text, shown) => {
    expect(inMarkdown(text)).toBe(shown);
  });
});
