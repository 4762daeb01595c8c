import type { Secret } from '../platform/secret.ts';
export const show = (secret: Secret, use: (f: unknown) => void): void => use(secret.reveal);
