import { readFileSync } from 'node:fs';
import { createMessageConnection } from 'vscode-jsonrpc/node.js';
import type { Service } from '../gateway/service.ts';
export const read = (service: Service): unknown => [readFileSync, createMessageConnection, service];
