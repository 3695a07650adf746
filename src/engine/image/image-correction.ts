import { hostLength } from './image-host.ts';

const maxLength = 600;

/**
 * Returns an image string without obvious mistakes: surrounding whitespace, a scheme, separators at the end, and upper
 * case in the repository. The result may still be invalid. A string of more than 600 characters is returned unchanged.
 */
export function withoutSlips(image: string): string {
  if (image.length > maxLength) return image;
  const trimmed = image
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[:@]+$/, '')
    .replace(/(\/.*[^/])\/+$/, '$1');
  const start = hostLength(trimmed);
  const separator = trimmed.slice(start).search(/[:@]/);
  const end = separator < 0 ? trimmed.length : start + separator;
  return `${trimmed.slice(0, start)}${trimmed.slice(start, end).toLowerCase()}${trimmed.slice(end)}`;
}
