import { NOTHING_KEPT, type SyncState } from '../../src/sync/syncEngine.ts';

/** The user was asked, and nothing follows. */
export const ASKED: SyncState = { ...NOTHING_KEPT, consent: 'keepMine' };
