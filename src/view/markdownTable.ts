/** A table of Markdown. The cells are Markdown already, and hold no `|` of their own (see `inMarkdown`). */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
