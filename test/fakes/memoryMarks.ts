import type { SharedMarks } from '../../src/platform/sharedMarks.ts';

/** Marks in memory, which any number of fake windows share. */
export class MemoryMarks implements SharedMarks {
  readonly texts = new Map<string, string>();

  async claim(name: string, text = ''): Promise<boolean> {
    await Promise.resolve();
    if (this.texts.has(name)) return false;
    this.texts.set(name, text);
    return true;
  }

  async look(): Promise<(name: string) => boolean> {
    await Promise.resolve();
    const found = new Set(this.texts.keys());
    return (name) => found.has(name);
  }

  async put(name: string, text: string): Promise<boolean> {
    await Promise.resolve();
    this.texts.set(name, text);
    return true;
  }

  async read(name: string): Promise<string | null> {
    await Promise.resolve();
    return this.texts.get(name) ?? null;
  }

  async take(name: string): Promise<boolean> {
    await Promise.resolve();
    return this.texts.delete(name);
  }

  async count(): Promise<number> {
    await Promise.resolve();
    return this.texts.size;
  }

  async clear(): Promise<void> {
    await Promise.resolve();
    this.texts.clear();
  }
}
