import { parse } from 'jsonc-parser';
import { store } from '../gateway/store.ts';
export const vault = (): unknown => [parse, store];
