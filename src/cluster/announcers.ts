import type { Announcer } from '../engine/announcer.ts';
import { groupOf } from '../engine/workload/workload-kind.ts';
import { stringOf, textAt } from '../lib/json.ts';
import { valuesAt } from '../lib/json-path.ts';

const createsIt: readonly unknown[] = [null, 'Owner', 'Orphan', 'CreateOrMerge'];
const externalSecret = {
  kind: 'ExternalSecret',
  resource: 'externalsecrets',
  secretNames: ['spec.target.name'],
  onlyIf: { path: 'spec.target.creationPolicy', oneOf: createsIt },
};
const vault = {
  apiVersion: 'secrets.hashicorp.com/v1beta1',
  secretNames: ['spec.destination.name'],
  onlyIf: { path: 'spec.destination.create', oneOf: [true] },
};

/**
 * The kinds that are in wide use, as their types have them: External Secrets Operator v2.9.0 (and v1beta1 of its older
 * releases), Sealed Secrets v0.36.6, Vault Secrets Operator v1.4.1, SOPS Secrets Operator 0.21.1, Infisical v0.11.5,
 * 1Password v1.12.0, Bitwarden v2.0.0, Doppler v1.7.1.
 */
export const commonAnnouncers: readonly Announcer[] = [
  { ...externalSecret, apiVersion: 'external-secrets.io/v1' },
  { ...externalSecret, apiVersion: 'external-secrets.io/v1beta1' },
  {
    kind: 'ClusterExternalSecret',
    apiVersion: 'external-secrets.io/v1',
    resource: 'clusterexternalsecrets',
    secretNames: ['spec.externalSecretSpec.target.name', 'spec.externalSecretName'],
    clusterWide: true,
    onlyIf: { path: 'spec.externalSecretSpec.target.creationPolicy', oneOf: createsIt },
  },
  // The controller names the Secret after the SealedSecret, whatever its template says.
  { kind: 'SealedSecret', apiVersion: 'bitnami.com/v1alpha1', resource: 'sealedsecrets', secretNames: [] },
  { ...vault, kind: 'VaultStaticSecret', resource: 'vaultstaticsecrets' },
  { ...vault, kind: 'VaultDynamicSecret', resource: 'vaultdynamicsecrets' },
  {
    kind: 'SopsSecret',
    apiVersion: 'isindir.github.com/v1alpha3',
    resource: 'sopssecrets',
    secretNames: ['spec.secretTemplates[*].name'],
  },
  {
    kind: 'InfisicalSecret',
    apiVersion: 'secrets.infisical.com/v1alpha1',
    resource: 'infisicalsecrets',
    secretNames: ['spec.managedKubeSecretReferences[*].secretName', 'spec.managedSecretReference.secretName'],
    namespace: 'spec.managedSecretReference.secretNamespace',
  },
  { kind: 'OnePasswordItem', apiVersion: 'onepassword.com/v1', resource: 'onepassworditems', secretNames: [] },
  {
    kind: 'BitwardenSecret',
    apiVersion: 'k8s.bitwarden.com/v1',
    resource: 'bitwardensecrets',
    secretNames: ['spec.secretName'],
  },
  {
    kind: 'DopplerSecret',
    apiVersion: 'secrets.doppler.com/v1alpha1',
    resource: 'dopplersecrets',
    secretNames: ['spec.managedSecret.name'],
    namespace: 'spec.managedSecret.namespace',
  },
];

/** Whether two kinds of objects, perhaps of different versions, are the same. */
function isSameKind(
  one: Pick<Announcer, 'kind' | 'apiVersion'>,
  other: Pick<Announcer, 'kind' | 'apiVersion'>,
): boolean {
  return one.kind === other.kind && groupOf(one.apiVersion) === groupOf(other.apiVersion);
}

/** The operator's announcers before the common ones. They replace the common announcers of the same kind and group. */
export function withCommonAnnouncers(own: readonly Announcer[]): readonly Announcer[] {
  return [...own, ...commonAnnouncers.filter((common) => !own.some((announcer) => isSameKind(announcer, common)))];
}

/**
 * The announcer for objects of this kind. If none has the version, it is one of another version of the group. Undefined
 * if none has the kind.
 */
export function announcerOf(
  announcers: readonly Announcer[],
  object: Pick<Announcer, 'kind' | 'apiVersion'>,
): Announcer | undefined {
  const ofKind = announcers.filter((announcer) => isSameKind(announcer, object));
  return ofKind.find(({ apiVersion }) => apiVersion === object.apiVersion) ?? ofKind[0];
}

/** A Secret that will come. */
export interface AnnouncedSecret {
  readonly name: string;
  /** Absent: it may be in any namespace. */
  readonly namespace?: string;
}

/** The Secrets that an object of the announcer's kind will create. `namespace`: of an object that names none. */
export function announcedSecrets(announcer: Announcer, object: unknown, namespace: string): readonly AnnouncedSecret[] {
  const { secretNames, onlyIf, clusterWide } = announcer;
  if (onlyIf !== undefined && !onlyIf.oneOf.includes(valuesAt(object, onlyIf.path)[0] ?? null)) return [];
  const named = secretNames.flatMap((path) => valuesAt(object, path).map(stringOf)).filter((name) => name !== '');
  const [own = {}] = valuesAt(object, 'metadata');
  const names = named.length > 0 ? named : [textAt(own, 'name')];
  if (clusterWide === true) return names.map((name) => ({ name }));
  const [target] = announcer.namespace === undefined ? [] : valuesAt(object, announcer.namespace);
  const place = stringOf(target) || textAt(own, 'namespace') || namespace;
  return names.map((name) => ({ name, namespace: place }));
}
