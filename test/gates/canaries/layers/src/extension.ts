import { compose } from './compose.ts';
export const activate = (): unknown => compose();
