/**
 * The members of a JSON object in the order and number in which they are written, each value as its JSON text: Go's
 * decoder acts on every one of them, where JSON.parse keeps the last of a name. `text` must be valid JSON of an object.
 */
export function jsonMembers(text: string): readonly (readonly [name: string, value: string])[] {
  const members: [string, string][] = [];
  let at = skipTo(text, 0, '{') + 1;
  for (;;) {
    const nameAt = skipBlanks(text, at);
    if (text[nameAt] !== '"') return members;
    const nameEnd = stringEnd(text, nameAt);
    const valueAt = skipBlanks(text, skipTo(text, nameEnd, ':') + 1);
    const valueEnd = memberEnd(text, valueAt);
    members.push([JSON.parse(text.slice(nameAt, nameEnd)) as string, text.slice(valueAt, valueEnd)]);
    at = valueEnd + 1;
  }
}

function skipTo(text: string, from: number, char: string): number {
  return text.indexOf(char, from);
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (' \t\r\n'.includes(text[at] ?? '{')) at += 1;
  return at;
}

/** The index behind the closing quote of the string that begins at `from`. */
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** The index of the comma or brace that ends the value which begins at `from`. */
function memberEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      at = stringEnd(text, at);
      continue;
    }
    if (char === '{' || char === '[') depth += 1;
    if (depth === 0 && (char === ',' || char === '}')) return at;
    if (char === '}' || char === ']') depth -= 1;
    at += 1;
  }
  return at;
}
