import { z } from 'zod';
import { window } from 'vscode';
import { show } from '../ui/show.ts';
import { nothing } from './missing.ts';
export const row = (): unknown => [z, window, show, nothing];
