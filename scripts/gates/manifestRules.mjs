// @ts-check
/**
 * What the manifest must say, as functions of parsed input. A problem begins with the place in package.json.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {object} Contributions what src/contributions.ts exports
 * @property {Record<string, string>} COMMANDS
 * @property {Record<string, string>} VIEWS
 * @property {string} VIEW_CONTAINER
 * @property {readonly string[]} WELCOMES
 * @property {Record<string, string>} CONTEXT_KEYS
 * @property {Record<string, {id: string, default: unknown, isRestricted: boolean}>} SETTINGS
 * @property {string} CHECK_TASK
 * @property {string} PROBLEM_MATCHER
 * @property {readonly string[]} ABILITIES
 * @property {readonly string[]} NODE_KINDS
 */

const PREFIX = 'openclawAuth';
/** A setting with such a name could make us run or read something that a workspace chose. */
const POWERFUL = /path|dir|command|program|host|args|env|home/i;

/** @param {Json} manifest @param {Contributions} code @returns {string[]} */
export function nameProblems(manifest, code) {
  const { commands = [], views = {}, viewsContainers = {}, viewsWelcome = [] } = manifest.contributes;
  const { taskDefinitions = [], problemMatchers = [] } = manifest.contributes;
  const ids = (/** @type {Json[]} */ entries) => entries.map(({ id }) => id);
  const welcomes = viewsWelcome.map((/** @type {Json} */ { when }) => /welcome == (\w+)/.exec(when)?.[1]);
  return [
    ...differences('commands', ids(renamed(commands, 'command')), Object.values(code.COMMANDS)),
    ...differences('views', ids(Object.values(views).flat()), Object.values(code.VIEWS)),
    ...differences('viewsContainers', ids(Object.values(viewsContainers).flat()), [code.VIEW_CONTAINER]),
    ...differences(
      'viewsWelcome',
      welcomes,
      code.WELCOMES.filter((name) => name !== 'none'),
    ),
    ...differences('taskDefinitions', ids(renamed(taskDefinitions, 'type')), [code.CHECK_TASK]),
    ...differences('problemMatchers', ids(renamed(problemMatchers, 'name')), [code.PROBLEM_MATCHER]),
    ...differences(
      'configuration',
      Object.keys(settingsOf(manifest)),
      Object.values(code.SETTINGS).map(({ id }) => id),
    ),
  ];
}

/** @param {Json} manifest @param {Contributions} code @returns {string[]} */
export function settingProblems(manifest, code) {
  const restricted = new Set(manifest.capabilities?.untrustedWorkspaces?.restrictedConfigurations ?? []);
  const inCode = new Map(Object.values(code.SETTINGS).map((setting) => [setting.id, setting]));
  return Object.entries(settingsOf(manifest)).flatMap(([id, setting]) => {
    const mustBeOurs = POWERFUL.test(id.slice(PREFIX.length)) || inCode.get(id)?.isRestricted === true;
    return [
      ...(mustBeOurs && setting.scope !== 'application' ? [`${id} scope: is not "application"`] : []),
      ...(mustBeOurs && !restricted.has(id) ? [`${id} restrictedConfigurations: does not list it`] : []),
      ...(mustBeOurs && inCode.get(id)?.isRestricted === false ? [`${id} isRestricted: is false in the code`] : []),
      ...(inCode.has(id) && JSON.stringify(inCode.get(id)?.default) !== JSON.stringify(setting.default)
        ? [`${id} default: differs from the code`]
        : []),
    ];
  });
}

/** Names that menus, key bindings, conditions and links use. @param {Json} manifest @param {Json} nls @param {Contributions} code @returns {string[]} */
export function referenceProblems(manifest, nls, code) {
  const { menus = {}, keybindings = [], viewsWelcome = [] } = manifest.contributes;
  /** @type {Json[]} */
  const entries = [...Object.values(menus).flat(), ...keybindings, ...viewsWelcome];
  const commands = new Set(Object.values(code.COMMANDS));
  const links = Object.values(nls).flatMap((entry) => [
    ...String(entry?.message ?? entry).matchAll(/command:([\w.-]+)/g),
  ]);
  const used = [...entries.flatMap(({ command = [] }) => command), ...links.map(([, id]) => id)];
  return [
    ...used
      .filter((id) => id.startsWith(PREFIX) && !commands.has(id))
      .map((id) => `${id} command: is used and not contributed`),
    ...entries.flatMap(({ when = '' }) => conditionProblems(when, code)),
  ];
}

/** @param {string} when @param {Contributions} code @returns {string[]} */
function conditionProblems(when, code) {
  const names = new Set([...Object.values(code.CONTEXT_KEYS), ...Object.values(code.VIEWS)]);
  const rows = new Set([...code.ABILITIES, ...code.NODE_KINDS]);
  const keys = [...when.matchAll(/openclawAuth(?:\.\w+)+/g)].map(([key]) => key);
  const words = [...when.matchAll(/viewItem =~ \/([^/]*)\//g)].flatMap(
    ([, pattern = '']) => pattern.match(/\w+/g) ?? [],
  );
  return [
    ...keys.filter((key) => !names.has(key)).map((key) => `${key} when: is no context key or view of ours`),
    ...words.filter((word) => !rows.has(word)).map((word) => `${word} viewItem: no tree row says so`),
  ];
}

/** @param {Json} manifest @param {Json} nls @returns {string[]} */
export function textProblems(manifest, nls) {
  const used = new Set([...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key));
  const stated = new Set(Object.keys(nls));
  return [
    ...[...used]
      .filter((key) => !stated.has(String(key)))
      .map((key) => `%${key}% text: is missing in package.nls.json`),
    ...[...stated].filter((key) => !used.has(key)).map((key) => `%${key}% text: nothing uses it`),
    // The name of a matcher is written in tasks, not read.
    ...bareTexts({ ...manifest.contributes, problemMatchers: [] }, 'contributes'),
  ];
}

const TEXT_FIELDS =
  /^(?:title|shortTitle|category|name|contextualTitle|contents|description|markdownDescription|\w*Descriptions|\w*DeprecationMessage|accessibilityHelpContent)$/;

/** @param {unknown} value @param {string} place @returns {string[]} */
function bareTexts(value, place) {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const texts = TEXT_FIELDS.test(key) ? [child].flat().filter((text) => typeof text === 'string') : [];
    const bare = texts.filter((text) => !/^%[^%]+%$/.test(text));
    return [
      ...bare.map(() => `${place}.${key} text: stands in package.json itself`),
      ...bareTexts(child, `${place}.${key}`),
    ];
  });
}

/** @param {Json} manifest @returns {string[]} */
export function frameProblems(manifest) {
  const [floor] = /\d+\.\d+/.exec(manifest.engines.vscode) ?? [];
  const api = manifest.devDependencies?.['@types/vscode'] ?? '';
  return [
    ...(api.startsWith(`${floor}.`) ? [] : [`engines.vscode api: is not the minor of @types/vscode`]),
    ...(manifest.activationEvents?.includes('*') ? ['activationEvents star: delays the start of the editor'] : []),
    ...(manifest.capabilities?.untrustedWorkspaces?.supported === 'limited'
      ? []
      : ['capabilities.untrustedWorkspaces trust: is not "limited"']),
    ...Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
      .filter(([, version]) => !/^\d/.test(version))
      .map(([name]) => `dependencies.${name} range: is not one version`),
  ];
}

/** @param {Json} manifest @returns {Record<string, Json>} */
function settingsOf(manifest) {
  const parts = [manifest.contributes.configuration ?? []].flat();
  return Object.assign({}, ...parts.map(({ properties }) => properties));
}

/** @param {Json[]} entries @param {string} key */
const renamed = (entries, key) => entries.map((entry) => ({ id: entry[key] }));

/** @param {string} place @param {(string | undefined)[]} inManifest @param {string[]} inCode @returns {string[]} */
function differences(place, inManifest, inCode) {
  const twice = inManifest.filter((id, index) => inManifest.indexOf(id) !== index);
  return [
    ...inManifest.filter((id) => !inCode.includes(String(id))).map((id) => `${place} ${id}: is not in the code`),
    ...inCode.filter((id) => !inManifest.includes(id)).map((id) => `${place} ${id}: is not in the manifest`),
    ...twice.map((id) => `${place} ${id}: stands twice`),
  ];
}
