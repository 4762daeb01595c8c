import type { Secret } from '../platform/secret.ts';
export const show = (secret: Secret): string | null => secret.lastFour();
