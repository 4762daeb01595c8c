import { COMMANDS } from '../../contributions.ts';
export const names = COMMANDS;
