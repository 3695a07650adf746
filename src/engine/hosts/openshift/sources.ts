import { arrayOf, descend, isObject, objectsAt, stringOf, textAt } from '../../../lib/json.ts';

/** One list of mirrors for one source. */
export interface MirrorSet {
  readonly source: string;
  readonly mirrors: readonly string[];
  /** Whether the source itself is never asked (`mirrorSourcePolicy: NeverContactSource`). */
  readonly neverContactSource: boolean;
}

/** The `registrySources` of the object `cluster` of the kind Image. Undefined: the list is not there. */
export interface RegistrySources {
  readonly allowed: readonly string[];
  readonly blocked: readonly string[];
  readonly insecure: readonly string[];
  readonly search: readonly string[] | undefined;
}

/** What decides the registries of OpenShift's nodes. */
export interface OpenShiftSources {
  /** Of ImageDigestMirrorSets and ImageContentSourcePolicies. */
  readonly digestMirrors: readonly MirrorSet[];
  /** Of ImageTagMirrorSets. */
  readonly tagMirrors: readonly MirrorSet[];
  readonly registrySources: RegistrySources;
  /** The image that the cluster's version was installed from: `status.desired.image` of ClusterVersion `version`. */
  readonly releaseImage: string;
}

/** The field of each kind that has its mirror sets. */
const mirrorFields = {
  ImageDigestMirrorSet: 'imageDigestMirrors',
  ImageTagMirrorSet: 'imageTagMirrors',
  ImageContentSourcePolicy: 'repositoryDigestMirrors',
} as const;

export type MirrorKind = keyof typeof mirrorFields;

/** Returns the mirror sets of an object. Empty if it has none. */
export function mirrorSetsOf(kind: MirrorKind, object: unknown): readonly MirrorSet[] {
  return objectsAt(descend(object, ['spec']), mirrorFields[kind]).map((set) => ({
    source: textAt(set, 'source'),
    mirrors: textsOf(set['mirrors']),
    neverContactSource: kind !== 'ImageContentSourcePolicy' && set['mirrorSourcePolicy'] === 'NeverContactSource',
  }));
}

/** Returns the `registrySources` of an object of the kind Image. */
export function registrySourcesOf(object: unknown): RegistrySources {
  const sources = descend(object, ['spec', 'registrySources']);
  const search = sources['containerRuntimeSearchRegistries'];
  return {
    allowed: textsOf(sources['allowedRegistries']),
    blocked: textsOf(sources['blockedRegistries']),
    insecure: textsOf(sources['insecureRegistries']),
    search: Array.isArray(search) ? textsOf(search) : undefined,
  };
}

/** Returns the release image of a ClusterVersion. Empty if it has none. */
export function releaseImageOf(object: unknown): string {
  return isObject(object) ? textAt(descend(object, ['status', 'desired']), 'image') : '';
}

/** Returns the names of the cluster's own registry in an object of the kind Image. */
export function ownRegistriesOf(object: unknown): readonly string[] {
  const status = descend(object, ['status']);
  const names = [stringOf(status['internalRegistryHostname']), ...textsOf(status['externalRegistryHostnames'])];
  return names.filter((name) => name !== '');
}

function textsOf(list: unknown): readonly string[] {
  return arrayOf(list).map(stringOf);
}
