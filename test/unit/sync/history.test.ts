import { expect, test } from 'vitest';
import { decodeRecord, encodeRecord } from '../../../src/domain/changeRecord.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { agentId, profileId, providerId } from '../../../src/domain/ids.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { type ChangeNote, exportRecords, History } from '../../../src/sync/history.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23);
const DONE = { kind: 'done', isNoop: false } as const;
const note: ChangeNote = {
  action: 'putCredential',
  by: 'replace',
  host: 'me@box',
  stateDir: '/home/me/.openclaw',
  agentId: agentId('main'),
  provider: providerId('anthropic'),
  profileId: profileId('anthropic:work\n"}'),
  undo: 'offered',
  undoes: null,
};

function bench() {
  const lines: string[] = [];
  const time = { at: NOW };
  const log = {
    append: (line: string) => Promise.resolve(lines.push(line) > 0),
    read: () => Promise.resolve(lines),
    clear: () => Promise.resolve(true),
  };
  const history = new History({ log, clock: { now: () => time.at }, logger: silentLogger });
  return { lines, time, history };
}

test('lists what was noted, newest first, each on one line', async () => {
  const { lines, history } = bench();
  const first = await history.add(note, DONE);
  const second = await history.add(
    { ...note, undo: 'never', undoes: first.id },
    { kind: 'notDone', error: new AppError('storeBusy', { path: '/secret/place' }) },
  );
  expect(first).toMatchObject({ ...note, at: NOW, outcome: 'done', error: null });
  expect(await history.list()).toEqual([second, first]);
  expect(second).toMatchObject({ outcome: 'notDone', error: 'storeBusy', undoes: first.id });
  expect(lines.join('')).not.toContain('\n');
  expect(lines.join('')).not.toContain('/secret/place');
  expect(exportRecords(await history.list())).toBe(`${lines.join('\n')}\n`);
});

test('a line that is broken, foreign or of a later version costs only itself', async () => {
  const { lines, history } = bench();
  const kept = await history.add(note, DONE);
  const [line = ''] = lines;
  const other = (fields: object) => JSON.stringify({ ...(JSON.parse(line) as object), ...fields });
  lines.push(line.slice(0, 40), 'null', '[]', other({ version: 2 }), other({ at: -1 }), other({ outcome: 'maybe' }));
  expect(await history.list()).toEqual([kept]);
});

test('shows at most 500, of the last 90 days', async () => {
  const { time, history } = bench();
  await history.add(note, DONE);
  time.at += 90 * DAY;
  expect(await history.list()).toHaveLength(1);
  time.at += 1;
  expect(await history.list()).toEqual([]);
  for (let count = 0; count < 501; count += 1) await history.add(note, DONE);
  expect(await history.list()).toHaveLength(500);
});

test('a name of any length can be read back', async () => {
  const { history, lines } = bench();
  await history.add({ ...note, profileId: profileId('x'.repeat(10_000)) }, DONE);
  expect(await history.list()).toHaveLength(1);
  const record = decodeRecord(lines[0] ?? '');
  expect(record?.profileId).toHaveLength(2_000);
  expect(record && encodeRecord(record)).toBe(lines[0]);
});

test('a change that cannot be noted is nevertheless told to the caller', async () => {
  const log = {
    append: () => Promise.resolve(false),
    read: () => Promise.resolve([]),
    clear: () => Promise.resolve(false),
  };
  const history = new History({ log, clock: { now: () => NOW }, logger: silentLogger });
  expect(await history.add(note, DONE)).toMatchObject({ outcome: 'done' });
});
