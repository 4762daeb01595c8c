// @ts-check
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { doorConfigs } from './scripts/gates/doors.mjs';

export default [
  { ignores: ['node_modules/', 'dist/', 'out/', '.cache/', 'coverage/', 'test/gates/canaries/', 'test/fixtures/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...tseslint.config({
    files: ['**/*.ts', '**/*.mts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A disposable of ours is structurally that of the editor.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-empty-function': ['error', { allow: ['methods', 'arrowFunctions'] }],
    },
  }),
  {
    files: ['src/**/*.ts'],
    rules: {
      // `??` and `?.` count as branches.
      complexity: ['error', { max: 15, variant: 'modified' }],
      'max-depth': ['error', 3],
      'max-lines': ['error', 300],
      'max-params': ['error', 5],
      'no-console': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-param-reassign': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  ...doorConfigs(),
  {
    files: ['**/*.mjs', '**/*.cjs'],
    // The compiler checks these with `checkJs`, names included.
    rules: { 'no-undef': 'off' },
  },
];
