import { digestFault } from './digest.ts';
import { withoutSlips } from './image-correction.ts';
import { hostLength, isHostAndPort } from './image-host.ts';
import { nameSlip } from './name-slip.ts';

/** An image reference as the kubelet normalizes it: `nginx` becomes `docker.io`, `library/nginx` and `latest`. */
export interface ImageReference {
  /** Host and port. Credentials and hosts.toml are found by it. */
  readonly registry: string;
  /** Path in the registry. On Docker Hub it includes an implied `library/`. */
  readonly repository: string;
  /** `latest` if the image string has neither tag nor digest. */
  readonly tag?: string;
  readonly digest?: string;
  /** Set if the image string has no host. CRI-O looks such a name up in its own lists, and not at `registry`. */
  readonly unqualified?: true;
}

/** An image string as the kubelet reads it, or why the kubelet rejects it. */
export type ParsedImage =
  | { readonly kind: 'reference'; readonly reference: ImageReference }
  | {
      readonly kind: 'invalid';
      /** A fixed phrase. It repeats at most one character of the text, by its code point. */
      readonly reason: string;
      /** What the author probably meant. It is a valid reference. */
      readonly suggestion?: string;
    };

/** Returns `registry/repository`: the name that credentials are matched with. */
export function repositoryName({ registry, repository }: ImageReference): string {
  return `${registry}/${repository}`;
}

/**
 * Returns the name as users write it: for Docker Hub without the host and without `library/`. Mirrors FamiliarName of
 * distribution/reference v0.6.0.
 */
export function familiarName({ registry, repository }: ImageReference): string {
  return registry === 'docker.io' ? repository.replace(/^library\/(?=[^/]+$)/, '') : `${registry}/${repository}`;
}

/**
 * Parses an image string like the kubelet. With `invalid`, the pod fails with InvalidImageName. Takes linear time and
 * never throws. Mirrors ParseImageName of kubernetes v1.36.3 pkg/util/parsers and ParseNormalizedNamed of
 * distribution/reference v0.6.0.
 */
export function parseImageReference(text: string): ParsedImage {
  const parsed = parse(text);
  if (parsed.kind === 'reference') return parsed;
  const suggestion = withoutSlips(text);
  const reason = nameSlip(text) ?? parsed.reason;
  return { kind: 'invalid', reason, ...(parse(suggestion).kind === 'reference' && { suggestion }) };
}

const maxRepositoryLength = 255;
const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]*$/;

function parse(text: string): ParsedImage {
  if (text === '') return invalid('it is empty');
  if (/^[a-f0-9]{64}$/.test(text)) return invalid('64 hexadecimal digits are an image ID, not a name');
  const { registry, rest, unqualified } = splitRegistry(text);
  const remote = before(rest, ':');
  if (remote !== remote.toLowerCase()) return invalid('the repository name must be lowercase');

  const named = before(rest, '@');
  const repository = before(named, ':');
  const tag = named === repository ? undefined : named.slice(repository.length + 1);
  const digest = rest === named ? undefined : rest.slice(named.length + 1);
  const fault =
    nameFault(registry, repository) ??
    (tag === undefined ? undefined : tagFault(tag)) ??
    (digest === undefined ? undefined : digestFault(digest));
  if (fault !== undefined) return invalid(fault);
  // `latest` is the default tag, unless there is a digest.
  const effectiveTag = tag ?? (digest === undefined ? 'latest' : undefined);
  return {
    kind: 'reference',
    reference: {
      registry,
      repository,
      ...(effectiveTag !== undefined && { tag: effectiveTag }),
      ...(digest !== undefined && { digest }),
      ...(unqualified && { unqualified }),
    },
  };
}

function invalid(reason: string): ParsedImage {
  return { kind: 'invalid', reason };
}

function before(text: string, separator: string): string {
  const at = text.indexOf(separator);
  return at < 0 ? text : text.slice(0, at);
}

interface SplitName {
  readonly registry: string;
  readonly rest: string;
  readonly unqualified: boolean;
}

function splitRegistry(text: string): SplitName {
  const start = hostLength(text);
  const host = text.slice(0, Math.max(0, start - 1));
  const rest = text.slice(start);
  const unqualified = start === 0;
  if (!unqualified && host !== 'docker.io' && host !== 'index.docker.io') return { registry: host, rest, unqualified };
  return { registry: 'docker.io', rest: rest.includes('/') ? rest : `library/${rest}`, unqualified };
}

function nameFault(registry: string, repository: string): string | undefined {
  if (registry === '') return 'it starts with a slash';
  // An invalid host (`a.b_c/app`) is accepted as the registry if it is a valid path component.
  const path = isHostAndPort(registry) ? repository : `${registry}/${repository}`;
  if (path.length > maxRepositoryLength && !/[^a-z0-9._/-]/.test(path)) {
    return 'the repository name is longer than 255 characters';
  }
  // The patterns below never run on a long text.
  if (path.length > maxRepositoryLength) return misplacedCharacters;
  if (/\s/.test(path)) return 'it contains whitespace';
  if (path.endsWith('/')) return 'the repository name is empty or ends with a slash';
  return isRepositoryPath(path) ? undefined : misplacedCharacters;
}

/** Returns whether a text of at most 255 characters is a valid repository, without a host. */
export function isRepositoryPath(path: string): boolean {
  return path.split('/').every((part) => component.test(part));
}

const misplacedCharacters = 'the repository name contains invalid or misplaced characters';

/** Returns what is wrong with a tag, as a fixed phrase. Undefined if it is valid. */
export function tagFault(tag: string): string | undefined {
  if (tag === '') return 'the tag is empty';
  if (tag.includes('/')) return 'a colon comes before a slash';
  if (tag.length > 128) return 'the tag is longer than 128 characters';
  if (/\s/.test(tag)) return 'it contains whitespace';
  return tagPattern.test(tag) ? undefined : 'the tag contains invalid or misplaced characters';
}
