import { Secret } from './secret.ts';
export enum Kind {
  one,
}
export const length: number = 'text';
export const first = (list: string[]): string => list[0];
export const optional: { name?: string } = { name: undefined };
export const indexed = (map: Record<string, string>): string | undefined => map.name;
export const later = (secret: Secret): Secret => secret;
export function some(flag: boolean) {
  if (flag) return 1;
}
