import { row } from '../view/tree.ts';
export const main = (): unknown => row();
