export const iso = (unixMs: number): string => new Date(unixMs).toISOString();
