import { expect, it } from 'vitest';
import { inMarkdown } from '../../../src/view/display.ts';
import { markdownTable } from '../../../src/view/markdownTable.ts';

it('has a line for each row, also of names that would be a table themselves', () => {
  expect(markdownTable(['a', 'b'], [['1', inMarkdown('x|y')]])).toBe('| a | b |\n| --- | --- |\n| 1 | x\\|y |');
});
