import { id } from '../domain/ids.ts';
export interface Service {
  readonly id: typeof id;
}
