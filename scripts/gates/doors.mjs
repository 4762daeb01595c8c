// @ts-check
/**
 * One door per capability: which files may do what. Each entry becomes a `no-restricted-syntax` rule for all of `src/`
 * but the files (or folders, ending in `/`) that it names. Each has a canary under test/gates/canaries/eslint.
 *
 * @typedef {object} Door
 * @property {string} name
 * @property {string} why what the message says
 * @property {string[]} allowed
 * @property {string[]} selectors
 */

/** @param {string} modules a regular expression without anchors */
const importsOf = (modules) => [
  `ImportDeclaration[source.value=/^(?:${modules})$/]`,
  `ExportNamedDeclaration[source.value=/^(?:${modules})$/]`,
  `ExportAllDeclaration[source.value=/^(?:${modules})$/]`,
  `ImportExpression[source.value=/^(?:${modules})$/]`,
  `CallExpression[callee.name='require'][arguments.0.value=/^(?:${modules})$/]`,
];

/** @param {string} names a regular expression without anchors */
const memberNamed = (names) => [
  `MemberExpression[property.name=/^(?:${names})$/]`,
  `MemberExpression[property.value=/^(?:${names})$/]`,
  `VariableDeclarator > ObjectPattern > Property[key.name=/^(?:${names})$/]`,
];

/** @type {Door[]} */
export const DOORS = [
  {
    name: 'process',
    why: 'only src/platform/process.ts starts processes',
    allowed: ['src/platform/process.ts'],
    selectors: importsOf('(?:node:)?(?:child_process|cluster)'),
  },
  {
    name: 'network',
    why: 'the extension makes no network call of its own',
    allowed: [],
    selectors: [
      ...importsOf('(?:node:)?(?:http|https|http2|net|tls|dgram)'),
      "CallExpression[callee.name='fetch']",
      'NewExpression[callee.name=/^(?:WebSocket|XMLHttpRequest|EventSource)$/]',
    ],
  },
  {
    name: 'vscode',
    why: 'only src/ui, extension.ts and compose.ts use vscode at run time; elsewhere `import type`',
    allowed: ['src/ui/', 'src/extension.ts', 'src/compose.ts'],
    selectors: importsOf('vscode').map((selector) =>
      selector.startsWith('Import') && selector.includes('Declaration') ? `${selector}[importKind!='type']` : selector,
    ),
  },
  {
    name: 'terminals',
    why: 'only src/ui/terminals.ts makes terminals, and nothing types into them but it',
    allowed: ['src/ui/terminals.ts'],
    selectors: memberNamed('createTerminal|sendText'),
  },
  {
    name: 'transient-terminals',
    why: 'a terminal is made with a literal `isTransient: true`, or VS Code saves its screen to disk',
    allowed: [],
    selectors: [
      "CallExpression[callee.property.name='createTerminal']:not(:has(Property[key.name='isTransient'][value.value=true]))",
    ],
  },
  {
    name: 'messages',
    why: 'only src/ui/messages.ts shows messages',
    allowed: ['src/ui/messages.ts'],
    selectors: memberNamed('show(?:Information|Warning|Error)Message'),
  },
  {
    name: 'ask-secret',
    why: 'only src/ui/askSecret.ts asks for a secret',
    allowed: ['src/ui/askSecret.ts'],
    selectors: [
      "Property[key.name='password'][value.value!=false]:not(ObjectPattern > Property)",
      "AssignmentExpression[left.property.name='password']",
    ],
  },
  {
    name: 'commands',
    why: 'only src/ui/commands/register.ts registers commands',
    allowed: ['src/ui/commands/register.ts'],
    selectors: memberNamed('registerCommand|registerTextEditorCommand'),
  },
  {
    name: 'context-keys',
    why: 'only src/ui/contextKeys.ts sets context keys',
    allowed: ['src/ui/contextKeys.ts'],
    selectors: ["Literal[value='setContext']", "TemplateElement[value.raw='setContext']"],
  },
  {
    name: 'reveal',
    why: 'a Secret is revealed only where it goes to a store, a vault, a stdin or a hash',
    allowed: [
      'src/platform/keyedHash.ts',
      'src/platform/process.ts',
      'src/domain/credential.ts',
      'src/domain/documentEdit.ts',
      'src/domain/dotenv.ts',
      'src/gateway/applyMessage.ts',
      'src/gateway/cliDriver.ts',
      'src/vault/envelope.ts',
    ],
    // A call with arguments is another `reveal`: that of a tree view.
    selectors: [
      "MemberExpression[property.name='reveal']:not(CallExpression[arguments.length>0] > MemberExpression.callee)",
      "MemberExpression[property.value='reveal']",
      "VariableDeclarator > ObjectPattern > Property[key.name='reveal']",
    ],
  },
  {
    name: 'last-four',
    why: 'the end of a credential is shown only where the user asks for it, to tell two apart',
    allowed: ['src/ui/commands/conflict.ts'],
    selectors: memberNamed('lastFour'),
  },
  {
    name: 'trusted-markdown',
    why: 'Markdown is trusted only for a list of commands, and never holds HTML',
    allowed: [],
    selectors: [
      "AssignmentExpression[left.property.name='isTrusted'][right.value!=false]:not([right.type='ObjectExpression'])",
      "Property[key.name='isTrusted'][value.value!=false]:not([value.type='ObjectExpression'])",
      "AssignmentExpression[left.property.name='supportHtml'][right.value!=false]",
      "Property[key.name='supportHtml'][value.value!=false]",
      "NewExpression[callee.property.name='MarkdownString'][arguments.length>1]",
      "NewExpression[callee.name='MarkdownString'][arguments.length>1]",
    ],
  },
  {
    name: 'json',
    why: 'only src/platform/json.ts calls JSON.parse, whose error quotes its input',
    allowed: ['src/platform/json.ts'],
    selectors: ["MemberExpression[object.name='JSON'][property.name='parse']"],
  },
  {
    name: 'clock',
    why: 'time comes from a Clock that is passed in',
    allowed: ['src/platform/clock.ts'],
    selectors: [
      "MemberExpression[object.name='Date'][property.name='now']",
      "NewExpression[callee.name='Date'][arguments.length=0]",
      "CallExpression[callee.name='Date']",
    ],
  },
  {
    name: 'l10n-literal',
    why: 'the text of l10n.t is a literal, or it is not found for translation',
    allowed: [],
    selectors: [
      "CallExpression[callee.property.name='t'][callee.object.name='l10n'][arguments.0.type!='Literal'][arguments.0.type!='ObjectExpression']",
      "CallExpression[callee.property.name='t'][callee.object.property.name='l10n'][arguments.0.type!='Literal'][arguments.0.type!='ObjectExpression']",
    ],
  },
  {
    name: 'default-export',
    why: 'exports have names',
    allowed: [],
    selectors: ['ExportDefaultDeclaration', "ExportSpecifier[exported.name='default']"],
  },
  {
    name: 'barrel',
    why: 'a name is imported from the file that defines it',
    allowed: [],
    selectors: ['ExportAllDeclaration', 'ExportNamedDeclaration[source]'],
  },
];

/** @param {Door} door @param {string} place a file, or a folder ending in `/` */
const isOpen = (door, place) =>
  door.allowed.some((allowed) => place === allowed || (allowed.endsWith('/') && place.startsWith(allowed)));

/** @param {Door[]} doors @returns {import('eslint').Linter.RulesRecord} */
const closing = (doors) => ({
  'no-restricted-syntax': [
    'error',
    ...doors.flatMap(({ name, why, selectors }) =>
      selectors.map((selector) => ({ selector, message: `[${name}] ${why}` })),
    ),
  ],
});

/**
 * The doors as ESLint configuration: everything closed in `src/`, then folder by folder and file by file all but what is
 * open there, since a later entry replaces the rule of an earlier one.
 * @returns {import('eslint').Linter.Config[]}
 */
export function doorConfigs() {
  const places = [...new Set(DOORS.flatMap((door) => door.allowed))];
  const folders = places.filter((place) => place.endsWith('/')).sort();
  const files = places.filter((place) => !place.endsWith('/')).sort();
  return ['src/', ...folders, ...files].map((place) => ({
    files: [place.endsWith('/') ? `${place}**/*.ts` : place],
    rules: closing(DOORS.filter((door) => !isOpen(door, place))),
  }));
}
