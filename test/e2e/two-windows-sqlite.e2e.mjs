// @ts-check
/** Two windows on one store, on OpenClaw 2026.9.6, whose CLI takes many seconds for a write. EDITS: as beside. */
import { testTwoWindows } from './support/twoWindows.mjs';

testTwoWindows({ release: '2026.9.6', edits: Number(process.env.EDITS ?? 2) });
