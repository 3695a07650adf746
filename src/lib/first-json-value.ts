/**
 * The text of the first JSON value in `text`, without the bytes after it. Undefined if there is none, or if it does not
 * end. Does not check that the value is valid JSON. Mirrors Decode of json.Decoder in Go 1.26, which ignores bytes
 * after the first value.
 */
export function firstJsonValue(text: string): string | undefined {
  const start = text.search(/[^ \t\r\n]/);
  if (start < 0) return undefined;
  const first = text[start] ?? '';
  if (first !== '{' && first !== '[') return scalarAt(text, start);
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const string = scalarAt(text, at);
      if (string === undefined) return undefined;
      at += string.length - 1;
    } else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return text.slice(start, at + 1);
    }
  }
  return undefined;
}

const string = /"(?:[^"\\]|\\.)*"/sy;
const word = /[^\s,:[\]{}"]+/y;

function scalarAt(text: string, at: number): string | undefined {
  const pattern = text[at] === '"' ? string : word;
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
