import { digestFault } from './digest.ts';
import { withoutSlips } from './image-correction.ts';
import { hostLength, isHostAndPort } from './image-host.ts';

/** An image reference as the kubelet normalises it: `nginx` is `docker.io` / `library/nginx` : `latest`. */
export interface ImageReference {
  /** Host and port: what credentials and hosts.toml are looked up by. */
  readonly registry: string;
  /** Path below the registry, with Docker Hub's `library/` where it is implied. */
  readonly repository: string;
  /** Defaulted to `latest` where neither tag nor digest is written. */
  readonly tag?: string;
  readonly digest?: string;
}

/** An image string as the kubelet takes it, or why it takes it for no image. */
export type ParsedImage =
  | { readonly kind: 'reference'; readonly reference: ImageReference }
  | {
      readonly kind: 'invalid';
      /** A short sentence of a fixed vocabulary. */
      readonly reason: string;
      /** What was plainly meant; itself a valid reference. */
      readonly suggestion?: string;
    };

/** Registry and repository: the name that credentials are matched with. */
export function repositoryName({ registry, repository }: ImageReference): string {
  return `${registry}/${repository}`;
}

/**
 * The name as people write it: at Docker Hub without the host, and without `library/`. Mirrors FamiliarName of
 * distribution/reference v0.6.0.
 */
export function familiarName({ registry, repository }: ImageReference): string {
  return registry === 'docker.io' ? repository.replace(/^library\/(?=[^/]+$)/, '') : `${registry}/${repository}`;
}

/**
 * What the kubelet makes of an image string; `invalid` ends in InvalidImageName. Time is linear in the text.
 * Mirrors ParseImageName of kubernetes pkg/util/parsers and ParseNormalizedNamed of distribution/reference.
 */
export function parseImageReference(text: string): ParsedImage {
  const parsed = parse(text);
  if (parsed.kind === 'reference') return parsed;
  const suggestion = withoutSlips(text);
  return parse(suggestion).kind === 'reference' ? { ...parsed, suggestion } : parsed;
}

const maxRepositoryLength = 255;
const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]*$/;

function parse(text: string): ParsedImage {
  if (text === '') return invalid('it is empty');
  if (/^[a-f0-9]{64}$/.test(text)) return invalid('64 hexadecimal digits alone are an image ID');
  const { registry, rest } = splitRegistry(text);
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
  // `latest` stands in for a missing tag, but not beside a digest.
  const given = tag ?? (digest === undefined ? 'latest' : undefined);
  return {
    kind: 'reference',
    reference: {
      registry,
      repository,
      ...(given !== undefined && { tag: given }),
      ...(digest !== undefined && { digest }),
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

function splitRegistry(text: string): { readonly registry: string; readonly rest: string } {
  const start = hostLength(text);
  const host = text.slice(0, Math.max(0, start - 1));
  const rest = text.slice(start);
  if (start > 0 && host !== 'docker.io' && host !== 'index.docker.io') return { registry: host, rest };
  return { registry: 'docker.io', rest: rest.includes('/') ? rest : `library/${rest}` };
}

function nameFault(registry: string, repository: string): string | undefined {
  if (registry === '') return 'it begins with a slash';
  if (repository.startsWith('/') && registry.endsWith(':')) return 'it begins with a scheme';
  // What is no host may still be a first path component (`a.b_c/app`): the name is valid, and is looked up there.
  const path = isHostAndPort(registry) ? repository : `${registry}/${repository}`;
  if (path.length > maxRepositoryLength && !/[^a-z0-9._/-]/.test(path)) return 'the repository name is longer than 255';
  // From here on the text is short: no pattern meets a long one.
  if (path.length > maxRepositoryLength) return oddCharacters;
  if (/\s/.test(path)) return 'it holds a blank';
  if (path.endsWith('/')) return 'the repository name is missing, or ends in a slash';
  if (path.includes('//')) return 'two slashes follow each other';
  return path.split('/').every((part) => component.test(part)) ? undefined : oddCharacters;
}

const oddCharacters = 'the repository name has characters that are not allowed, or not in that place';

function tagFault(tag: string): string | undefined {
  if (tag === '') return 'the tag is empty';
  if (tag.includes('/')) return 'a colon stands before a slash';
  if (tag.length > 128) return 'the tag is longer than 128';
  if (/\s/.test(tag)) return 'it holds a blank';
  return tagPattern.test(tag) ? undefined : 'the tag has characters that are not allowed, or not in that place';
}
