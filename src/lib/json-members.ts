/**
 * Yields every member of a JSON object in the order of the text, with its value as JSON text. If a name occurs twice, both
 * members are yielded: encoding/json of Go 1.26 decodes each of them, but JSON.parse keeps only the last one. `text`
 * must be a valid JSON object.
 */
export function* eachJsonMember(text: string): Generator<readonly [name: string, value: string], void, void> {
  let at = skipTo(text, 0, '{') + 1;
  for (;;) {
    const nameAt = skipBlanks(text, at);
    if (text[nameAt] !== '"') return;
    const nameEnd = stringEnd(text, nameAt);
    const valueAt = skipBlanks(text, skipTo(text, nameEnd, ':') + 1);
    const valueEnd = endOfValue(text, valueAt);
    yield [JSON.parse(text.slice(nameAt, nameEnd)) as string, text.slice(valueAt, valueEnd)];
    at = valueEnd + 1;
  }
}

/** Returns what `eachJsonMember` yields. */
export function jsonMembers(text: string): readonly (readonly [name: string, value: string])[] {
  return [...eachJsonMember(text)];
}

/** Returns the JSON text of every item of a JSON array. `text` must be a valid JSON array. */
export function jsonItems(text: string): readonly string[] {
  const items: string[] = [];
  let at = skipBlanks(text, skipTo(text, 0, '[') + 1);
  while (text[at] !== ']') {
    const end = endOfValue(text, at);
    items.push(text.slice(at, end).trimEnd());
    at = skipBlanks(text, text[end] === ',' ? end + 1 : end);
  }
  return items;
}

function skipTo(text: string, from: number, char: string): number {
  return text.indexOf(char, from);
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (' \t\r\n'.includes(text[at] ?? '{')) at += 1;
  return at;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The index after the closing quote of the string that starts at `from`. */
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  for (let code = text.charCodeAt(at); at < text.length && code !== quote; code = text.charCodeAt(at)) {
    at += code === backslash ? 2 : 1;
  }
  return at + 1;
}

/** The index of the comma, brace or bracket after the value that starts at `from`. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = stringEnd(text, at);
      continue;
    }
    const closes = code === closeBrace || code === closeBracket;
    if (depth === 0 && (code === comma || closes)) return at;
    if (code === openBrace || code === openBracket) depth += 1;
    if (closes) depth -= 1;
    at += 1;
  }
  return at;
}
