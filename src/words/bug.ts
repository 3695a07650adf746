import { inline } from './plain-text.ts';

/** Returns what a command says if the check of one image failed unexpectedly, which is all that the finding says. */
export function bugWords(error: unknown): string {
  return `an image was not checked because of a bug: ${inline(String(error))}`;
}
