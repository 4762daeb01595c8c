// @ts-check
/**
 * Preloaded into releases up to 2026.4.15, whose prompts refuse a pipe: stdin says that it is a terminal, so what the
 * test writes counts as typed. Everything else is the release's own.
 */
const stdin = /** @type {any} */ (process.stdin);
stdin.isTTY = true;
stdin.setRawMode = () => stdin;
Object.assign(process.stdout, { isTTY: true, columns: 200, rows: 50 });
