// @ts-check
/**
 * The layers: platform ← domain ← gateway ← hosts ← sync ← view ← ui ← compose ← extension, with the vault beside the
 * hosts. A layer imports only what stands to its left. Each rule has a canary in test/gates/canaries/layers.
 */

/** What each layer may import besides itself, and which packages. @type {Record<string, {layers: string[], packages: string[]}>} */
const LAYERS = {
  platform: { layers: [], packages: [] },
  domain: { layers: ['platform'], packages: ['zod', 'jsonc-parser', 'json5'] },
  gateway: { layers: ['platform', 'domain'], packages: ['zod', 'jsonc-parser', 'json5', 'vscode-jsonrpc'] },
  hosts: { layers: ['platform', 'domain', 'gateway'], packages: ['zod', 'vscode-jsonrpc'] },
  vault: { layers: ['platform', 'domain'], packages: ['zod'] },
  sync: { layers: ['platform', 'domain', 'gateway', 'vault', 'hosts'], packages: [] },
  view: { layers: ['platform', 'domain', 'gateway', 'vault', 'hosts', 'sync'], packages: [] },
  ui: { layers: ['platform', 'domain', 'gateway', 'vault', 'hosts', 'sync', 'view'], packages: ['vscode'] },
};

/** Ids, events and settings by name: data that the layers beside the editor share. */
const CONTRIBUTIONS = '^src/contributions\\.ts$';

/** @param {string[]} names */
const anyOf = (names) => names.map((name) => `^src/${name}/`);

const layerRules = Object.entries(LAYERS).flatMap(([layer, { layers, packages }]) => [
  {
    name: `layer-${layer}`,
    comment: `src/${layer} imports only ${layers.join(', ') || 'itself'}`,
    severity: 'error',
    from: { path: `^src/${layer}/` },
    to: {
      path: '^src/',
      pathNot: [...anyOf([layer, ...layers]), ...(layer === 'view' || layer === 'ui' ? [CONTRIBUTIONS] : [])],
    },
  },
  {
    name: `packages-${layer}`,
    comment: `src/${layer} uses only ${packages.join(', ') || 'builtins'}`,
    severity: 'error',
    from: { path: `^src/${layer}/` },
    to: {
      dependencyTypes: [
        'npm',
        'npm-dev',
        'npm-optional',
        'npm-peer',
        'npm-no-pkg',
        'npm-unknown',
        'unknown',
        'undetermined',
      ],
      dependencyTypesNot: ['type-only'],
      pathNot: packages.map((name) => `(^|node_modules/)(@types/)?${name}(/|$)`),
    },
  },
]);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'gateway-port',
      comment: 'right of the hosts only the port of the gateway is known, not how it reads and writes',
      severity: 'error',
      from: { path: anyOf(['sync', 'view', 'ui']) },
      to: { path: '^src/gateway/', pathNot: '^src/gateway/service\\.ts$' },
    },
    {
      name: 'vault-port',
      comment: 'view and ui know the port of the vault, not its storage',
      severity: 'error',
      from: { path: anyOf(['sync', 'view', 'ui']) },
      to: { path: '^src/vault/', pathNot: '^src/vault/(vault|secretStore)\\.ts$' },
    },
    {
      name: 'domain-is-pure',
      comment: 'no files, network, processes or system in domain and view',
      severity: 'error',
      from: { path: anyOf(['domain', 'view']) },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'contributions-is-data',
      severity: 'error',
      from: { path: CONTRIBUTIONS },
      to: { pathNot: '^src/domain/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'compose-is-last',
      comment: 'only extension.ts imports compose.ts, and nothing imports extension.ts',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/extension\\.ts$' },
      to: { path: '^src/(compose|extension)\\.ts$' },
    },
    {
      name: 'worker-without-vscode',
      comment: 'the worker runs where there is no editor',
      severity: 'error',
      from: { path: '^src/gateway/worker\\.ts$' },
      to: { path: '(^|/)vscode(/index\\.d\\.ts)?$', reachable: true },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/(extension|gateway/worker)\\.ts$' },
      to: {},
    },
    {
      name: 'no-index-files',
      severity: 'error',
      from: {},
      to: { path: '^src/.*index\\.[cm]?ts$' },
    },
    { name: 'no-tests-in-src', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|scripts|tools)/' } },
    {
      name: 'no-dev-packages-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '@types/vscode' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
