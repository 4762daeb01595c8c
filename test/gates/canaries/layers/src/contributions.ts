import { id } from './platform/upward2.ts';
export const COMMANDS = { id };
