import { z } from 'zod';
import { store } from '../gateway/store.ts';
import { vault } from '../vault/secretStorageVault.ts';
import { row } from '../view/tree.ts';
export const transfer = (): unknown => [z, store, vault, row];
