import { firstJsonValue } from '../lib/first-json-value.ts';
import { parseJson } from '../lib/json.ts';

/** A part of a text, and the number of lines before it. */
export interface TextPart {
  readonly text: string;
  readonly linesBefore: number;
}

/**
 * Splits a text into its YAML documents, and between JSON objects that follow one another without `---`. kubectl accepts
 * such objects, although they are not valid YAML. A text with a directive such as `%YAML` stays one part, because the
 * directive belongs to the document after it.
 */
export function splitDocuments(text: string): readonly TextPart[] {
  const documents = /^%/m.test(text) ? [text] : text.split(/^(?=---(?:\s|$))/m);
  const parts = documents.flatMap((document) => {
    const objects = jsonObjectsIn(document);
    return objects.length < 2 ? [document] : objects;
  });
  let linesBefore = 0;
  return parts.map((part) => {
    const found = { text: part, linesBefore };
    linesBefore += newlinesIn(part);
    return found;
  });
}

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
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
