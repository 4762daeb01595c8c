export const start = async (): Promise<unknown> => import('child_process');
