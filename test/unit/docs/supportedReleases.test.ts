import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { KNOWN_DIFFERENCES } from '../../harness/knownDifferences.ts';

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../../docs/supported-releases.md'), 'utf8');

test('docs/supported-releases.md gives the reason of each difference that the comparison lets pass, and of no other', () => {
  const table = PAGE.slice(PAGE.indexOf('### Differences that stay'), PAGE.indexOf('The comparison fails'));
  const names = [...table.matchAll(/^\| (.*?) +\|/gm)].map(([, name]) => name).slice(2);
  expect(names).toEqual(KNOWN_DIFFERENCES.map(({ name }) => name));
});
