import { matchesGlob } from '../../lib/glob.ts';
import { parseSchemelessUrl, splitPort } from '../../lib/schemeless-url.ts';

/** A pattern of `matchImages` or of a docker config key, taken apart. */
export interface ImagePattern {
  /** Labels of the host; a star stands for any characters of one label. */
  readonly labels: readonly string[];
  readonly port: string;
  /** A plain string prefix of the image's path, not one of whole segments: the kubelet compares no more than that. */
  readonly path: string;
}

/** A pattern (or an image's name: they are read alike) taken apart; undefined: it does not parse and matches nothing. */
export function parsePattern(text: string): ImagePattern | undefined {
  const url = parseSchemelessUrl(text);
  if (url === undefined) return undefined;
  const { name, port } = splitPort(url.host);
  return { labels: name.split('.'), port, path: url.path };
}

/**
 * Whether a pattern covers an image. Hosts are compared to the letter, and a port that is written on one side alone is
 * another port: the kubelet knows no default ports and folds no case. Mirrors URLsMatch of kubernetes
 * pkg/credentialprovider/keyring.go.
 */
export function covers(pattern: ImagePattern, image: ImagePattern): boolean {
  return (
    pattern.port === image.port &&
    pattern.labels.length === image.labels.length &&
    image.path.startsWith(pattern.path) &&
    pattern.labels.every((label, at) => matchesLabel(label, image.labels[at] ?? ''))
  );
}

/** Whether a pattern as it is written covers an image name (`registry/repository`). */
export function matchesImage(pattern: string, image: string): boolean {
  const parsed = parsePattern(pattern);
  const name = parsePattern(image);
  return parsed !== undefined && name !== undefined && covers(parsed, name);
}

/** Go's filepath.Match of one label; classes and escapes cannot occur: no URL host holds their characters. */
function matchesLabel(pattern: string, label: string): boolean {
  return matchesGlob(pattern, label) && (pattern.includes('*') || !pattern.startsWith('['));
}
