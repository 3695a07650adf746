import type { RegistriesConf } from './registries-conf.ts';
import { isExplicitHost, parseName, parseNormalizedName } from './reference.ts';
import type { ImageReference } from '../../image/image-reference.ts';

/**
 * The images that CRI-O tries to pull for an image string, in order, until one succeeds. `from` says where their hosts come
 * from: the image string itself, an alias, or `unqualified-search-registries`. Each has either a tag or a digest.
 * `unresolved`: there is none, and the pull fails before any request.
 */
export type Candidates =
  | {
      readonly kind: 'candidates';
      readonly from: 'name' | 'alias' | 'search';
      readonly candidates: readonly ImageReference[];
    }
  | { readonly kind: 'unresolved'; readonly reason: 'no-search-registries' | 'invalid-name' };

/**
 * Returns what CRI-O tries to pull for the image string of a pod. `short-name-mode` changes nothing: CRI-O always tries
 * all search registries. Mirrors CandidatesForPotentiallyShortImageName of cri-o v1.34.0 internal/storage/image.go, and
 * Resolve of containers/image v5.35.0 pkg/shortnames.
 */
export function pullCandidates({ aliases, searchRegistries }: RegistriesConf, image: string): Candidates {
  const name = parseName(image);
  if (name === undefined) return invalidName;
  if (isExplicitHost(name.registry)) return candidates('name', [parseNormalizedName(image)]);
  const { registry, repository, ...version } = name;
  const alias = aliases.get(registry === '' ? repository : `${registry}/${repository}`);
  if (alias !== undefined) return candidates('alias', [{ ...alias, ...version }]);
  if (searchRegistries.length === 0) return { kind: 'unresolved', reason: 'no-search-registries' };
  return candidates(
    'search',
    searchRegistries.map((host) => parseNormalizedName(`${host}/${image}`)),
  );
}

const invalidName: Candidates = { kind: 'unresolved', reason: 'invalid-name' };

/** If one name is not valid, the library returns none of them. */
function candidates(from: 'name' | 'alias' | 'search', names: readonly (ImageReference | undefined)[]): Candidates {
  const valid = names.filter((name) => name !== undefined);
  return valid.length < names.length
    ? invalidName
    : { kind: 'candidates', from, candidates: valid.map(withOneVersion) };
}

/** A digest makes the tag meaningless, so CRI-O drops it. Without both, the tag is `latest`. */
function withOneVersion({ registry, repository, tag = 'latest', digest }: ImageReference): ImageReference {
  return { registry, repository, ...(digest === undefined ? { tag } : { digest }) };
}
