import { hostLength } from './image-host.ts';

const longestWorthMending = 600;

/**
 * An image string without what is plainly a slip: blanks around it, a scheme, separators at its end, capitals in the
 * repository. Whether the result is a reference is for the parser to say.
 */
export function withoutSlips(image: string): string {
  if (image.length > longestWorthMending) return image;
  const bare = image
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[:@]+$/, '')
    .replace(/(\/.*[^/])\/+$/, '$1');
  const start = hostLength(bare);
  const separator = bare.slice(start).search(/[:@]/);
  const end = separator < 0 ? bare.length : start + separator;
  return `${bare.slice(0, start)}${bare.slice(start, end).toLowerCase()}${bare.slice(end)}`;
}
