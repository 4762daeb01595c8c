/** The value, or `undefined` for text that is not JSON. Node's own message is dropped: it quotes its input. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
