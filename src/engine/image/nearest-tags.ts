import { editDistance } from '../../lib/edit-distance.ts';

/** The tag grammar of the OCI distribution specification. Users see these tags, so any other text is left out. */
const tagGrammar = /^[A-Za-z0-9_][\w.-]{0,127}$/;
const maxTags = 10_000;

interface Version {
  readonly numbers: readonly number[];
  /** `-alpine`, `-rc.1`. Empty for a plain release. */
  readonly suffix: string;
}

/**
 * Returns up to `limit` of `tags` that the author of `wanted` may have meant, the best first: the same version in
 * another spelling (`v1.2.3`, `1.27.0`), similar versions, and typing errors. For `latest`, the newest releases. Empty
 * if no tag is similar. Reads only the first 10,000 tags.
 */
export function nearestTags(wanted: string, tags: readonly string[], limit: number): readonly string[] {
  const wantedLower = wanted.toLowerCase();
  const version = versionOf(wantedLower);
  const near: { readonly tag: string; readonly version: Version | undefined; readonly distance: number }[] = [];
  for (const tag of tags.slice(0, maxTags)) {
    if (tag === wanted || !tagGrammar.test(tag)) continue;
    const other = tag.toLowerCase();
    const otherVersion = versionOf(other);
    const byVersion = wantedLower === 'latest' ? releaseDistance(otherVersion) : versionDistance(version, otherVersion);
    // Between two versions, only the numbers count: 1.5.0 is one character from 1.4.0, but not a typing error.
    const bothVersions = version !== undefined && otherVersion !== undefined;
    const distance = bothVersions
      ? byVersion
      : Math.min(byVersion, editDistance(wantedLower, other, maxEdits(wantedLower)));
    if (distance <= maxDistance) near.push({ tag, version: otherVersion, distance });
  }
  return near
    .sort((a, b) => a.distance - b.distance || newerFirst(a.version, b.version) || (a.tag < b.tag ? -1 : 1))
    .slice(0, limit)
    .map(({ tag }) => tag);
}

const maxDistance = 3;

/** One edit for every three characters: with more, the text is a different word. */
function maxEdits(text: string): number {
  return Math.min(maxDistance, Math.floor(text.length / 3));
}

function versionOf(text: string): Version | undefined {
  const match = /^v?(\d{1,9}(?:\.\d{1,9}){0,3})(?![\w])(.*)$/.exec(text);
  if (match === null) return undefined;
  return { numbers: (match[1] ?? '').split('.').map(Number), suffix: match[2] ?? '' };
}

/** The distance of the numbers, plus 0.5 if the suffix differs. */
function versionDistance(a: Version | undefined, b: Version | undefined): number {
  if (a === undefined || b === undefined) return Infinity;
  return numbersDistance(a.numbers, b.numbers) + (a.suffix === b.suffix ? 0 : 0.5);
}

/** 0: same version. 1: one is a prefix of the other. 1.5: same minor. 2.5: same major. Otherwise Infinity. */
function numbersDistance(a: readonly number[], b: readonly number[]): number {
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  const differing = shorter.findIndex((number, index) => number !== longer[index]);
  if (differing < 0) return longer.slice(shorter.length).every((number) => number === 0) ? 0 : 1;
  if (differing === 0) return Infinity;
  return differing === 1 ? 2.5 : 1.5;
}

function releaseDistance(version: Version | undefined): number {
  return version?.suffix === '' ? 0 : Infinity;
}

function newerFirst(a: Version | undefined, b: Version | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const index = a.numbers.findIndex((number, at) => number !== b.numbers[at]);
  if (index < 0) return Number(a.numbers.length < b.numbers.length);
  return (b.numbers[index] ?? -1) - (a.numbers[index] ?? -1);
}
