import { createHmac } from 'node:crypto';
import type { Secret } from './secret.ts';

const LENGTH = 16;

/** A short hash that only who has the key can make; 96 bits as base64url. */
export function keyedHash(key: Secret, text: string): string {
  return createHmac('sha256', key.reveal()).update(text).digest('base64url').slice(0, LENGTH);
}
