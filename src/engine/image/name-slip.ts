import { characterName } from './character-name.ts';

/**
 * Returns which common mistake makes an image string invalid, as a phrase that repeats at most one character of the
 * text, by its code point. Undefined if it is none of these. Meant for strings that are not valid: it does not tell
 * whether a string is. Takes linear time.
 */
export function nameSlip(text: string): string | undefined {
  return unrendered(text) ?? oddCharacter(text) ?? misplacedSeparator(text);
}

const templates: readonly (readonly [pattern: RegExp, form: string])[] = [
  [/\{\{|\}\}/, 'a template, {{ … }}, was not rendered'],
  [/\$\{/, 'a variable, ${…}, was not replaced'],
  // Kubernetes replaces $(NAME) in `command`, `args` and `env`, but not in `image`.
  [/\$\(/, 'a variable, $(…), was not replaced: Kubernetes does not replace variables in an image'],
  [/\$[A-Za-z_]/, 'a variable, $…, was not replaced'],
  [/<[^<>]{0,100}>/, 'a placeholder, <…>, was not replaced'],
];

function unrendered(text: string): string | undefined {
  return templates.find(([pattern]) => pattern.test(text))?.[1];
}

/** The first character that no image reference can contain. A plain space has its own words. */
function oddCharacter(text: string): string | undefined {
  const odd = /[^\w./:@+[\] -]/u.exec(text)?.[0];
  return odd === undefined ? undefined : `it contains the character ${characterName(odd)}`;
}

function misplacedSeparator(text: string): string | undefined {
  if (/:sha(?:256|384|512):/.test(text)) return 'a digest is written like a tag, after a colon and not after an @';
  if (/@sha(?:256|384|512)-/.test(text)) return 'the digest has a hyphen, not a colon, after its algorithm';
  if (/^[a-z][a-z0-9+.-]{0,30}:\/\//i.test(text)) return 'it starts with a URL scheme';
  return text.includes('//') ? 'it contains two slashes in a row: the part between them is empty' : undefined;
}
