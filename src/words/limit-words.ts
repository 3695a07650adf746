import { limits, type Limit } from '../engine/limits.ts';

/** What is counted, in the plural. */
const counted: Readonly<Record<Limit, string>> = {
  hosts: 'registries',
};

/** Returns which limit was reached, as the part of a sentence: `more than 50 registries`. */
export function limitPhrase(limit: Limit): string {
  return `more than ${limits[limit].toLocaleString('en-US')} ${counted[limit]}`;
}
