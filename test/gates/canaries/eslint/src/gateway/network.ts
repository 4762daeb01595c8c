import { request } from 'node:https';
export const call = (): unknown => [request, fetch('http://127.0.0.1')];
