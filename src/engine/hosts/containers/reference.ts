import { digestFault } from '../../image/digest.ts';
import { isHostAndPort } from '../../image/image-host.ts';
import { isRepositoryPath, tagFault, type ImageReference } from '../../image/image-reference.ts';

/** Limit of a name with its host, without tag and digest. The kubelet counts only the repository. */
const maxNameLength = 255;

/**
 * Parses an image name as it is written: nothing is added to it, and without a host `registry` is empty. `library/nginx`
 * has the host `library`. Undefined if it is not valid. Mirrors Parse of containers/image v5.35.0 docker/reference.
 */
export function parseName(text: string): ImageReference | undefined {
  const at = text.indexOf('@');
  const named = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (name.length > maxNameLength) return undefined;
  if (tag !== undefined && tagFault(tag) !== undefined) return undefined;
  if (digest !== undefined && digestFault(digest) !== undefined) return undefined;
  const slash = name.indexOf('/');
  const host = name.slice(0, Math.max(0, slash));
  // An IPv6 address is a host for the kubelet, but not here.
  const hasHost = host !== '' && isHostAndPort(host) && !host.startsWith('[');
  const repository = hasHost ? name.slice(slash + 1) : name;
  if (!isRepositoryPath(repository)) return undefined;
  return {
    registry: hasHost ? host : '',
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/**
 * Parses an image name, and adds `docker.io` and `library/` if they are missing. No tag is added. Undefined if it is not
 * valid. Mirrors ParseNormalizedNamed of containers/image v5.35.0 docker/reference.
 */
export function parseNormalizedName(text: string): ImageReference | undefined {
  if (/^[a-f0-9]{64}$/.test(text)) return undefined;
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(0, slash));
  const hasHost = slash >= 0 && isExplicitHost(first);
  const host = !hasHost || first === 'index.docker.io' ? 'docker.io' : first;
  const rest = hasHost ? text.slice(slash + 1) : text;
  return parseName(`${host}/${host === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest}`);
}

/**
 * Parses an image name that must be complete already: with a host, and on Docker Hub with `library/`. Mirrors ParseNamed
 * of containers/image v5.35.0 docker/reference.
 */
export function parseCanonicalName(text: string): ImageReference | undefined {
  const parsed = parseNormalizedName(text);
  return parsed !== undefined && nameText(parsed) === text ? parsed : undefined;
}

/** Returns whether the first part of a name is a host and not a part of the repository. */
export function isExplicitHost(first: string): boolean {
  return /[.:]/.test(first) || first === 'localhost';
}

/** Returns the name with its tag and digest. */
export function nameText({ registry, repository, tag, digest }: ImageReference): string {
  const path = registry === '' ? repository : `${registry}/${repository}`;
  return `${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
