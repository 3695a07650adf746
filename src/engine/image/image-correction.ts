import { hostLength } from './image-host.ts';

const maxLength = 600;

/**
 * Returns an image string without obvious mistakes: surrounding whitespace, invisible characters, a scheme,
 * separators at the end, a digest that is written like a tag, and upper case in the repository. The result may still be
 * invalid. A string of more than 600 characters is returned unchanged.
 */
export function withoutSlips(image: string): string {
  if (image.length > maxLength) return image;
  const bare = image
    .replaceAll(/\p{Cf}/gu, '')
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/(?::(sha256|sha384|sha512):|@(sha256|sha384|sha512)-)(?=[a-f0-9]{64,128}$)/, '@$1$2:');
  const trimmed = withoutEndSlashes(withoutEnd(bare, ':@'));
  const start = isOwner(trimmed) ? 0 : hostLength(trimmed);
  const separator = trimmed.slice(start).search(/[:@]/);
  const end = separator < 0 ? trimmed.length : start + separator;
  return `${trimmed.slice(0, start)}${trimmed.slice(start, end).toLowerCase()}${trimmed.slice(end)}`;
}

/** Whether the first segment would be a host only because of its upper case, as in `MyOrg/App`: an owner is meant. */
function isOwner(image: string): boolean {
  return hostLength(image) > 0 && hostLength(image.toLowerCase()) === 0;
}

/** Slashes at the end are a mistake only after a path. */
function withoutEndSlashes(text: string): string {
  const shorter = withoutEnd(text, '/');
  return shorter.includes('/') ? shorter : text;
}

/** Removes these characters from the end. A regex needs quadratic time for many of them in the middle. */
function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] ?? ' ')) end -= 1;
  return text.slice(0, end);
}
