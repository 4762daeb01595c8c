import { ESLint } from 'eslint';
import { local } from '../hosts/local.ts';
export const store = (): unknown => [ESLint, local];
