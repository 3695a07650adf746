import { firstJsonValue } from '../lib/first-json-value.ts';
import { parseJson } from '../lib/json.ts';

/** A part of a text, and the number of lines before it. */
export interface TextPart {
  readonly text: string;
  readonly linesBefore: number;
}

/**
 * Splits a text between JSON objects that follow one another without `---`. kubectl accepts such a text, although it is
 * not valid YAML. Returns any other text as one part.
 */
export function splitJson(text: string): readonly TextPart[] {
  const parts: string[] = [];
  let joined = '';
  for (const document of text.split(/^(?=---(?:\s|$))/m)) {
    const objects = jsonObjectsIn(document);
    if (objects.length < 2) joined += document;
    else {
      parts.push(joined, ...objects);
      joined = '';
    }
  }
  if (parts.length === 0) return [{ text, linesBefore: 0 }];
  let linesBefore = 0;
  return [...parts, joined].flatMap((part) => {
    const found = { text: part, linesBefore };
    linesBefore += part.split('\n').length - 1;
    return part === '' ? [] : [found];
  });
}

/** Returns the JSON objects of a document, with the white space around them. Empty if it contains anything else. */
function jsonObjectsIn(document: string): readonly string[] {
  const objects: string[] = [];
  let at = /^---\s/.test(document) ? 4 : 0;
  for (let start = 0; at < document.length; start = at) {
    const rest = document.slice(at);
    const blank = rest.length - rest.trimStart().length;
    if (blank === rest.length)
      return objects.map((object, index) => (index === objects.length - 1 ? object + rest : object));
    const value = rest[blank] === '{' ? firstJsonValue(rest) : undefined;
    if (value === undefined || parseJson(value) === undefined) return [];
    at += blank + value.length;
    objects.push(document.slice(start, at));
  }
  return objects;
}
