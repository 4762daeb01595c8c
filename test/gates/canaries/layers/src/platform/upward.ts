import { id } from '../domain/ids.ts';
import { z } from 'zod';
export const parse = (): unknown => [z.string(), id];
