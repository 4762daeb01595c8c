import { expect, test } from 'vitest';
import { UndoStack } from '../../../src/view/undoStack.ts';

const part = (id: string) => ({ record: { id } });
const step = (...ids: string[]) => ({ done: ids.join(), parts: ids.map(part), mark: 'offered' as const });
const ids = (parts: readonly { record: { id: string } }[] | undefined) => parts?.map(({ record }) => record.id);

test('what was done last comes first, until all of it is taken back', () => {
  const stack = new UndoStack();
  expect(stack.last()).toBeUndefined();
  stack.push(step('a'));
  stack.push(step('b', 'c'));
  expect(ids(stack.last()?.parts)).toEqual(['b', 'c']);
  expect(ids(stack.claim([part('b')]))).toEqual(['b']);
  expect(ids(stack.last()?.parts)).toEqual(['c']);
  stack.claim([part('c')]);
  expect(ids(stack.last()?.parts)).toEqual(['a']);
  stack.claim([part('a')]);
  expect(stack.last()).toBeUndefined();
});

test('a part is claimed once, from wherever, and is back at its place when it could not be taken back', () => {
  const stack = new UndoStack();
  stack.push(step('a'));
  stack.push(step('b'));
  expect(ids(stack.claim([part('a'), part('b')]))).toEqual(['a', 'b']);
  expect(ids(stack.claim([part('a'), part('b')]))).toEqual([]);
  expect(stack.find('a')).toBeUndefined();
  stack.giveBack(part('b'));
  expect(ids(stack.last()?.parts)).toEqual(['b']);
  expect(stack.find('b')).toBeDefined();
});

test('a change without undo stays the last one, so that the one before it is not taken for it', () => {
  const stack = new UndoStack();
  stack.push(step('a'));
  stack.push({ done: 'gone', parts: [], mark: 'valueUnknown' });
  expect(stack.last()).toMatchObject({ done: 'gone', mark: 'valueUnknown' });
  expect(stack.find('a')).toBeDefined();
});

test('at most 20 are kept, and none after clearing', () => {
  const stack = new UndoStack();
  for (let count = 0; count < 21; count += 1) stack.push(step(String(count)));
  expect([stack.find('0'), stack.find('1')?.record.id]).toEqual([undefined, '1']);
  stack.clear();
  expect(stack.last()).toBeUndefined();
});
