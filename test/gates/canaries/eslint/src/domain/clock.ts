export const now = (): unknown => [Date.now(), new Date()];
