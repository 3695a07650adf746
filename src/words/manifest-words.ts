import type { Failure, Unsupported } from '../engine/answer.ts';
import type { FindingOf } from './by-kind.ts';
import { unreachableSentence } from './connection-words.ts';
import { inline, quote } from './plain-text.ts';
import type { ImageReference } from '../engine/image/image-reference.ts';

/**
 * What exactly does not exist: the repository, the tag or the digest. After a 404 without a code, it may be any of
 * them.
 */
export function notFoundSentence(finding: FindingOf<'image-not-found'>): string {
  return `${missingPart(finding)}${finding.hidden ? ' Perhaps it hides the repository from pulls without credentials.' : ''}`;
}

function missingPart({ reference, answer, nearestTags }: FindingOf<'image-not-found'>): string {
  const { evidence } = answer;
  const host = inline(evidence.host, 80);
  if (evidence.getStatus !== undefined && evidence.getStatus < 300) {
    return `${host} answers HEAD requests, which nodes send, as if the image did not exist, but a GET request finds it.`;
  }
  if (reference === undefined) return `${host} does not have the image.`;
  const where = quote(shownRepository(reference), 100);
  if (evidence.code === 'NAME_UNKNOWN') return `${host} has no repository ${where}.`;
  const { digest, tag = 'latest' } = reference;
  const missing = digest === undefined ? `tag ${quote(tag, 80)}` : `digest ${inline(digest, 80)}`;
  if (evidence.code === 'MANIFEST_UNKNOWN' || nearestTags.length > 0) return `${host} has no ${missing} in ${where}.`;
  return `${host} has no ${missing} in ${where}, or no such repository${orProxyCache(evidence.host, reference.repository)}.`;
}

/** The path below the registry, as people write it: without the `library/` of Docker Hub. */
function shownRepository({ registry, repository }: ImageReference): string {
  return registry === 'docker.io' ? repository.replace(/^library\/(?=[^/]+$)/, '') : repository;
}

/** Harbor's proxy projects answer 404 if they cannot fetch an image. Only their names show that they are proxies. */
function orProxyCache(host: string, repository: string): string {
  return /proxy|cache|mirror/i.test(`${host}/${repository.split('/')[0]}`)
    ? ', or it is a proxy cache and the registry behind it refused the request'
    : '';
}

/** Which part of an image is missing or broken. */
export function brokenPart({ part, digest, answer }: FindingOf<'image-incomplete'>): string {
  const name = parts[part];
  const which = digest === undefined ? name : `${name} (${inline(digest, 24)})`;
  return `the image is incomplete: ${which} ${partOutcome(answer)}.`;
}

const parts: Readonly<Record<FindingOf<'image-incomplete'>['part'], string>> = {
  manifest: 'its manifest',
  child: "the manifest of the nodes' platform",
  config: 'its config',
  layer: 'one of its layers',
};

function partOutcome(answer: Failure): string {
  // TypeScript cannot see that the function and the answer are of the same kind.
  return (partOutcomes[answer.kind] as (answer: Failure) => string)(answer);
}

const partOutcomes: { readonly [K in Failure['kind']]: (answer: Extract<Failure, { readonly kind: K }>) => string } = {
  'not-found': ({ evidence }) => `does not exist at ${inline(evidence.host, 80)}`,
  incomplete: ({ reason }) => incomplete[reason],
  refused: ({ evidence }) => `is refused by ${inline(evidence.host, 80)}`,
  throttled: ({ evidence }) => `could not be fetched: ${inline(evidence.host, 80)} limits requests (429)`,
  unreachable: (answer) => `could not be fetched: ${unreachableSentence(answer).replace(/\.$/, '')}`,
  unsupported: () => 'has a format that no current container runtime pulls',
  forbidden: () => 'is at a registry that the nodes forbid',
  'not-asked': () => 'was not checked',
};

const incomplete = {
  missing: 'is missing',
  refused: 'is refused by the host that the registry redirects to',
  encrypted: 'is encrypted, and only nodes with the key can unpack it',
  'layer-count': 'lists another number of layers than the manifest',
  'digest-mismatch': 'does not match its digest',
  'length-mismatch': 'has the wrong length',
} as const;

/** Why no current container runtime pulls this manifest. */
export function unsupportedSentence({ reason, mediaType, evidence }: Unsupported): string {
  return unsupported[reason](inline(evidence.host, 80), mediaType === undefined ? '' : ` (${inline(mediaType, 80)})`);
}

const unsupported: Readonly<Record<Unsupported['reason'], (host: string, mediaType: string) => string>> = {
  schema1: () => 'the image is in the old schema 1 format, which current container runtimes no longer pull.',
  'media-type': (host, mediaType) => `${host} serves something that is not an image manifest${mediaType}.`,
  'no-media-type': (host) => `${host} serves the manifest without a content type, so no container runtime can read it.`,
  'too-large': () => 'the manifest is larger than 4 MiB, which container runtimes do not accept.',
  empty: (host) => `${host} serves an empty manifest.`,
  'not-a-manifest': (host) => `${host} serves something that cannot be parsed as a manifest.`,
};
