/** Returns an SVG of a terminal that shows `lines`. It follows the dark or light setting of the reader. */
export function terminalPicture(lines: readonly string[]): string {
  const width = Math.max(...lines.map((line) => line.length)) * column + 2 * margin;
  const height = lines.length * row + 2 * margin;
  const texts = lines.map(
    (line, at) =>
      `<text x="${margin}" y="${margin + (at + 0.75) * row}" class="${classOf(line)}">${escaped(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; white-space: pre; fill: #1f2328 }
.command { font-weight: bold } .failure { fill: #b42318 } .fact { fill: #59636e } .fix { fill: #116329 }
rect { fill: #f6f8fa; stroke: #d1d9e0 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .failure { fill: #ff8b82 } .fact { fill: #9198a1 } .fix { fill: #56d364 }
rect { fill: #0d1117; stroke: #30363d }
}
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${texts.join('\n')}
</svg>
`;
}

/** Pixels: a character of the font, a line, and the space around the text. */
const column = 8.5;
const row = 20;
const margin = 18;

/** The style of a line of kubectl's output, by how it begins. A line that continues another is indented further. */
const styles: readonly (readonly [RegExp, string])[] = [
  [/^\$ /, 'command'],
  [/^ {2}(?:to fix| {6})/, 'fix'],
  [/^ {2}\w/, 'fact'],
  [/^/, 'failure'],
];

function classOf(line: string): string {
  return styles.find(([pattern]) => pattern.test(line))?.[1] ?? '';
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
