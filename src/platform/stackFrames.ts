const MAX_FRAMES = 8;

/** Where an error was thrown, for the log: the places alone, since a message may quote what it was about. Null when not known. */
export function framesOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.stack === undefined) return null;
  const { stack, message } = error;
  const start = stack.indexOf(message);
  if (start < 0) return null;
  const lines = stack.slice(start + message.length).split('\n');
  const frames = lines.map((line) => line.trim()).filter((line) => line.startsWith('at '));
  return frames.length === 0 ? null : frames.slice(0, MAX_FRAMES).join(' ');
}
