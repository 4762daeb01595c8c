// @ts-check
/** Two windows on one store, on OpenClaw 2026.6.1. EDITS says how many edits each makes. */
import { testTwoWindows } from './support/twoWindows.mjs';

testTwoWindows({ release: '2026.6.1', edits: Number(process.env.EDITS ?? 5) });
