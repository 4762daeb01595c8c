import fc from 'fast-check';
import type { Node } from 'jsonc-parser';
import { parseTree } from 'jsonc-parser';

/** JSON text whose spelling `JSON.parse` and `JSON.stringify` would not keep: odd numbers, escapes, spacing. */
const SCALARS = [
  'null',
  'true',
  '1.0',
  '-0',
  '1e3',
  '1E400',
  '12345678901234567890',
  '"a\\u00e9\\/b"',
  '"\\ud800"',
  '"é🙂"',
  '""',
  '"\\\\"',
  '"{,}"',
];
export const WILD_KEYS = [
  '__proto__',
  'constructor',
  '1',
  'a b',
  '\\',
  '\n',
  '"',
  '../../etc',
  '$(touch x)',
  'é',
  '',
  'order',
  'a,b',
];

type Spacing = () => string;

const rawValue: fc.Arbitrary<(space: Spacing) => string> = fc.letrec<{ value: (space: Spacing) => string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...SCALARS).map((text) => () => text),
    fc.array(tie('value'), { maxLength: 3 }).map(
      (items) => (space: Spacing) =>
        list(
          '[',
          items.map((item) => item(space)),
          ']',
          space,
        ),
    ),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...WILD_KEYS), tie('value')), { maxLength: 3, selector: ([key]) => key })
      .map(
        (members) => (space: Spacing) =>
          object(
            members.map(([key, item]) => [key, item(space)]),
            space,
          ),
      ),
  ),
})).value;

function list(open: string, items: readonly string[], close: string, space: Spacing): string {
  return (
    open + space() + items.map((item, index) => (index === 0 ? '' : `,${space()}`) + item + space()).join('') + close
  );
}

function object(members: readonly (readonly [string, string])[], space: Spacing): string {
  return list(
    '{',
    members.map(([key, value]) => `${JSON.stringify(key)}${space()}:${space()}${value}`),
    '}',
    space,
  );
}

/** Documents of one spacing throughout, as programs write them, or of spacing by chance, as hands do. */
const spacing: fc.Arbitrary<Spacing> = fc.oneof(
  fc.constantFrom('', ' ', '\n', '\r\n', '\n  ', '\n\t').map((text) => () => text),
  fc
    .infiniteStream(fc.constantFrom('', '', ' ', '\n', '\r\n  ', '\t'))
    .map((stream) => () => String(stream.next().value)),
);

const member = (key: string): fc.Arbitrary<readonly [string, (space: Spacing) => string]> =>
  rawValue.map((value) => [key, value] as const);

function objectOf(keys: readonly string[]): fc.Arbitrary<(space: Spacing) => string> {
  return fc.uniqueArray(fc.constantFrom(...keys).chain(member), { maxLength: 4, selector: ([key]) => key }).map(
    (members) => (space) =>
      object(
        members.map(([key, value]) => [key, value(space)]),
        space,
      ),
  );
}

/** A document with `profiles`, and with any other members around it, some of them in forms that no gateway writes. */
export const wildDocument: fc.Arbitrary<string> = fc
  .tuple(
    spacing,
    objectOf(WILD_KEYS),
    fc.uniqueArray(fc.constantFrom('version', 'extra', '__proto__', 'x y').chain(member), {
      maxLength: 3,
      selector: ([key]) => key,
    }),
    fc.option(
      fc
        .constantFrom('order', 'lastGood', 'usageStats')
        .chain((key) => objectOf(WILD_KEYS).map((value) => [key, value] as const)),
    ),
    fc.nat(),
  )
  .map(([space, profiles, others, state, at]) => {
    const members = [...others, ...(state === null ? [] : [state])];
    members.splice(at % (members.length + 1), 0, ['profiles', profiles]);
    return (
      space() +
      object(
        members.map(([key, value]) => [key, value(space)]),
        space,
      ) +
      space()
    );
  });

/** What a document means, with numbers in their spelling and `__proto__` as a key. */
export function meaning(text: string): unknown {
  const root = parseTree(text);
  return root === undefined ? undefined : meaningOf(text, root, false);
}

/** The same, with strings as they are spelled. */
export function sources(text: string): unknown {
  const root = parseTree(text);
  return root === undefined ? undefined : meaningOf(text, root, true);
}

function meaningOf(text: string, node: Node, isSpelled: boolean): unknown {
  if (node.type === 'object')
    return new Map(
      (node.children ?? []).map(({ children: [key, value] = [] }) => [
        String(key?.value),
        value && meaningOf(text, value, isSpelled),
      ]),
    );
  if (node.type === 'array') return (node.children ?? []).map((child) => meaningOf(text, child, isSpelled));
  return node.type === 'string' && !isSpelled
    ? `"${String(node.value)}`
    : text.slice(node.offset, node.offset + node.length);
}
