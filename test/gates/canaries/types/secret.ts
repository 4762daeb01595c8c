export interface Secret {
  readonly length: number;
}
