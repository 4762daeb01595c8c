import { json5 } from 'json5';
import { vault } from '../vault/secretStorageVault.ts';
export const local = (): unknown => [json5, vault];
