import { matchesGlob } from '../../lib/glob.ts';
import { parseSchemelessUrl, splitPort } from '../../lib/schemeless-url.ts';

/** A parsed `matchImages` pattern, docker config key or image name. */
export interface ImagePattern {
  /** Labels of the host. A star matches any characters in one label. */
  readonly labels: readonly string[];
  readonly port: string;
  /** Compared as a plain string prefix, as in the kubelet: `/te` also matches `/team`. */
  readonly path: string;
}

/** Parses a pattern or an image name. Undefined if it is not valid; it then matches nothing. */
export function parsePattern(text: string): ImagePattern | undefined {
  const url = parseSchemelessUrl(text);
  if (url === undefined) return undefined;
  const { name, port } = splitPort(url.host);
  return { labels: name.split('.'), port, path: url.path };
}

/**
 * Returns whether a pattern matches an image. Hosts are case-sensitive, and there is no default port: a pattern without
 * a port does not match an image with one. Mirrors URLsMatch of kubernetes v1.36.3 pkg/credentialprovider/keyring.go.
 */
export function covers(pattern: ImagePattern, image: ImagePattern): boolean {
  return image.path.startsWith(pattern.path) && coversHost(pattern, image);
}

/** Returns whether the host and port of a pattern match those of an image. */
export function coversHost(pattern: ImagePattern, image: ImagePattern): boolean {
  if (pattern.port !== image.port || pattern.labels.length !== image.labels.length) return false;
  // The last labels differ most often, because stars are at the start.
  return pattern.labels.findLastIndex((label, at) => !matchesLabel(label, image.labels[at] ?? '')) < 0;
}

/** Returns whether an unparsed pattern matches an image name (`registry/repository`). False if one is not valid. */
export function matchesImage(pattern: string, image: string): boolean {
  const parsed = parsePattern(pattern);
  const name = parsePattern(image);
  return parsed !== undefined && name !== undefined && covers(parsed, name);
}

/** Mirrors Go 1.26 path/filepath Match for one label. A URL host cannot contain character classes or escapes. */
function matchesLabel(pattern: string, label: string): boolean {
  return pattern.includes('*') ? matchesGlob(pattern, label) : pattern === label && !pattern.startsWith('[');
}
