import type { Secret } from '../platform/secret.ts';
export const show = (secret: Secret): string => secret.reveal();
