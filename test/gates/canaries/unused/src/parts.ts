export const used = 1;
export const unusedExport = 2;
export interface UnusedShape {
  readonly x: number;
}
