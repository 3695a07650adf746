import type { RegistriesConf } from './registries-conf.ts';
import { nameText, parseCanonicalName } from './reference.ts';
import type { MirrorEntry, RegistryEntry } from './registry-entry.ts';
import { repositoryName, type ImageReference } from '../../image/image-reference.ts';

/** One place where the library looks for an image. */
export interface PullSource {
  /** The name of the image there. */
  readonly reference: ImageReference;
  /** Whether TLS certificates are not verified, and plain HTTP may be used. */
  readonly insecure: boolean;
  readonly mirror: boolean;
  /** Whether the configuration blocks it. The library then sends nothing, and goes on to the next source. */
  readonly blocked: boolean;
}

/**
 * Where the library looks for an image, in order: mirrors, then the registry itself. It stops at the first source that has
 * the image; if none has, the failure of the last one counts. `unusable`: the name after rewriting is not valid, and the
 * pull fails before any request.
 */
export type PullSources =
  | { readonly kind: 'sources'; readonly sources: readonly PullSource[] }
  | { readonly kind: 'unusable'; readonly location: string };

/**
 * Returns where the library looks for an image that has either a tag or a digest. Mirrors newImageSource of
 * containers/image v5.35.0 docker/docker_image_src.go, PullSourcesFromReference of pkg/sysregistriesv2, and for `blocked`
 * newDockerClient of docker/docker_client.go.
 */
export function pullSources({ registries }: RegistriesConf, reference: ImageReference): PullSources {
  const entry = findRegistry(registries, repositoryName(reference));
  if (entry === undefined) {
    return { kind: 'sources', sources: [{ reference, insecure: false, mirror: false, blocked: false }] };
  }
  const mirrors = entry.mirrors.filter((mirror) => isUsed(mirror, entry, reference));
  const sources: PullSource[] = [];
  for (const endpoint of [...mirrors, entry]) {
    const rewritten = rewrite(reference, entry.prefix, endpoint.location);
    if (rewritten === undefined) return { kind: 'unusable', location: endpoint.location };
    // A source is blocked if the entry for its own name says so, whichever entry it comes from.
    const blocked = findRegistry(registries, repositoryName(rewritten))?.blocked ?? false;
    sources.push({ reference: rewritten, insecure: endpoint.insecure, mirror: endpoint !== entry, blocked });
  }
  return { kind: 'sources', sources };
}

function isUsed({ pullFromMirror }: MirrorEntry, entry: RegistryEntry, { digest }: ImageReference): boolean {
  const use = entry.mirrorByDigestOnly ? 'digest-only' : pullFromMirror;
  return use === 'all' || (use === 'digest-only') === (digest !== undefined);
}

/**
 * Returns the entry with the longest prefix of a name without tag and digest. Undefined if none fits. Of two that are
 * equally long, `*.DOMAIN` is first. Mirrors FindRegistry of containers/image v5.35.0 pkg/sysregistriesv2.
 */
function findRegistry(registries: readonly RegistryEntry[], name: string): RegistryEntry | undefined {
  let best: RegistryEntry | undefined;
  for (const entry of registries) {
    const isLonger = entry.prefix.length > (best?.prefix.length ?? 0);
    if (isLonger && matchedLength(name, entry.prefix) !== undefined) best = entry;
  }
  return best;
}

/**
 * Returns how much of a name a prefix covers, in characters. Undefined if it does not fit. `example.com` also fits
 * `example.com:5000`. Mirrors refMatchingPrefix of containers/image v5.35.0 pkg/sysregistriesv2.
 */
function matchedLength(name: string, prefix: string): number | undefined {
  const domain = prefix.startsWith('*.') ? prefix.slice(1) : undefined;
  const start = domain === undefined ? 0 : name.indexOf(domain);
  const end = start + (domain ?? prefix).length;
  const fits = domain === undefined ? name.startsWith(prefix) : start >= 0 && !name.slice(0, start).includes('/');
  return fits && /^[:/@]?$/.test(name.charAt(end)) ? end : undefined;
}

/** Replaces the prefix of a name with a location. Mirrors rewriteReference of containers/image v5.35.0. */
function rewrite(reference: ImageReference, prefix: string, location: string): ImageReference | undefined {
  if (location === '') return reference;
  const text = nameText(reference);
  const length = matchedLength(text, prefix);
  return length === undefined ? undefined : parseCanonicalName(location + text.slice(length));
}
