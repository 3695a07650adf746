import { limits, type Limit } from '../engine/limits.ts';

/** What is counted, in the plural. */
const counted: Readonly<Record<Limit, string>> = {
  images: 'images',
  podSettings: 'pods with different pull secrets, ServiceAccounts or nodes',
  hosts: 'registries',
  pullSecrets: 'pull secrets',
  secretSize: 'characters in its pull secrets',
  secretEntries: 'entries in its pull secrets',
  starEntries: 'entries with a star in its pull secrets',
  credentials: 'credentials for one image',
  manifestValues: 'values in one manifest',
  indexEntries: 'entries in the index of one image',
  variants: 'variants of one image to look for',
  layers: 'layers in one image',
  nodeTerms: 'terms that select its nodes',
  questions: 'things to ask registries about',
};

const splitObject = 'Split it into several objects.';
const fewerSecrets = 'Name only the pull secrets that its images need, with only the entries that they need.';
const smallerImage = 'Build the image with fewer parts.';

const advice: Readonly<Record<Limit, string>> = {
  images: splitObject,
  podSettings: splitObject,
  hosts: splitObject,
  pullSecrets: fewerSecrets,
  secretSize: fewerSecrets,
  secretEntries: fewerSecrets,
  starEntries: fewerSecrets,
  credentials: fewerSecrets,
  manifestValues: smallerImage,
  indexEntries: smallerImage,
  variants: smallerImage,
  layers: smallerImage,
  nodeTerms: 'Select the nodes by a label that all of them have.',
  questions: splitObject,
};

/** What was not checked, if it is not one image. */
const unchecked: Readonly<Partial<Record<Limit, string>>> = {
  images: 'some images were',
  podSettings: 'some images were',
  nodeTerms: 'the platforms of the images were',
};

/** Returns the sentence for what was not checked because of a limit. */
export function limitSentence(limit: Limit): string {
  return `${unchecked[limit] ?? 'the image was'} not checked: the object has ${limitPhrase(limit)}.`;
}

/** Which limit was reached, as the part of a sentence: `more than 50 registries`. */
function limitPhrase(limit: Limit): string {
  return `more than ${limits[limit].toLocaleString('en-US')} ${counted[limit]}`;
}

/** Returns how to stay below a limit. */
export function limitAdvice(limit: Limit): string {
  return advice[limit];
}
