import { used } from './parts.ts';
import { z } from 'zod';
import { gone } from './gone.ts';
export const activate = (): unknown => [used, z, gone];
