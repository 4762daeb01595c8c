import { show } from './ui/show.ts';
export const compose = (): unknown => show;
