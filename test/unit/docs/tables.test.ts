import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** The second is checked as soon as it is written. */
const PAGES = ['docs/demands.md', 'docs/new-user.md', 'docs/authentication-guide.md'].filter((page) =>
  existsSync(path.join(ROOT, page)),
);

/** The rows of all tables of a page, without heads and rulers, as cells. */
function rowsOf(page: string): readonly (readonly string[])[] {
  const lines = readFileSync(path.join(ROOT, page), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const isRow = line.startsWith('|') && !/^\|[ :|-]+\|$/.test(line) && !/^\|[ :|-]+\|$/.test(lines[index + 1] ?? '');
    return isRow
      ? [
          line
            .split(/(?<!\\)\|/)
            .slice(1, -1)
            .map((cell) => cell.trim()),
        ]
      : [];
  });
}

/** In code, or behind a link. */
function filesOf(page: string, cell: string): readonly string[] {
  const named = [...cell.matchAll(/`((?:src|test|docs|scripts|media)\/[^`*<\s]+)`/g)].map(([, file = '']) =>
    path.join(ROOT, file),
  );
  const linked = [...cell.matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)].map(([, file = '']) =>
    path.resolve(ROOT, path.dirname(page), file),
  );
  return [...named, ...linked];
}

describe.each(PAGES)('%s', (page) => {
  const rows = rowsOf(page);

  it('has no empty cell', () => {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((cells) => cells.some((cell) => cell === ''))).toEqual([]);
  });

  it('names only files that are there', () => {
    const files = rows.flatMap((cells) => cells.flatMap((cell) => filesOf(page, cell)));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(file)).map((file) => path.relative(ROOT, file))).toEqual([]);
  });
});

it('docs/demands.md has all sixteen demands, each with a test', () => {
  const rows = rowsOf('docs/demands.md');
  expect(rows.map(([rank]) => rank)).toEqual(Array.from({ length: 16 }, (_, index) => String(index + 1)));
  expect(rows.filter((cells) => !/`test\//.test(cells.at(-1) ?? ''))).toEqual([]);
});
