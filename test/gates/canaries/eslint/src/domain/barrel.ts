export { iso } from './date.ts';
