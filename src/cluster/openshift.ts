import { nodeFiles, type NodeFiles } from '../engine/hosts/openshift/node-files.ts';
import {
  mirrorSetsOf,
  ownRegistriesOf,
  registrySourcesOf,
  releaseImageOf,
  type MirrorKind,
  type MirrorSet,
} from '../engine/hosts/openshift/sources.ts';
import type { PullSecret } from '../engine/keyring/docker-config.ts';
import type { Lookup } from '../engine/ports.ts';
import type { KubeApi } from './kube-api.ts';
import { kubeCluster } from './kube.ts';
import { readPages } from './paged-list.ts';
import { refreshed } from './refreshed.ts';

/** The user may not read objects of this kind: `PLURAL.GROUP`. */
interface Forbidden {
  readonly kind: 'forbidden';
  readonly resource: string;
}

/** What the nodes of OpenShift get from objects of the cluster. */
export interface OpenShiftSettings {
  /** registries.conf and policy.json. `absent`: the cluster is not OpenShift. `forbidden`: an object may not be read. */
  readonly files: NodeFiles | { readonly kind: 'absent' } | Forbidden;
  /** The global pull secret. It is the docker config of the nodes, and the auth file of CRI-O. */
  readonly pullSecret: Lookup<PullSecret>;
  /** The hosts of the cluster's own registry. The nodes have credentials for it that are not in the pull secret. */
  readonly ownRegistries: readonly string[];
}

/** Returns the settings; undefined if they have never been read. Throws only if `signal` aborts. */
export type OpenShift = (signal: AbortSignal) => Promise<OpenShiftSettings | undefined>;

export interface OpenShiftOptions {
  /** Time between two reads, in ms. */
  readonly everyMs: number;
  /** Time limit of one read of all objects, in ms. */
  readonly timeoutMs?: number;
  /** ms since 1970. */
  readonly now?: () => number;
  /** Called after each read; undefined: it failed. */
  readonly onRead?: (settings: OpenShiftSettings | undefined) => void;
}

/** Pause before a failed read is repeated, in ms. */
const retryMs = 10_000;
/** Limit of mirror sets of one kind. */
const maxSets = 10_000;

const config = '/apis/config.openshift.io/v1';

const collections: Readonly<Record<MirrorKind, { readonly path: string; readonly resource: string }>> = {
  ImageDigestMirrorSet: {
    path: `${config}/imagedigestmirrorsets`,
    resource: 'imagedigestmirrorsets.config.openshift.io',
  },
  ImageTagMirrorSet: { path: `${config}/imagetagmirrorsets`, resource: 'imagetagmirrorsets.config.openshift.io' },
  ImageContentSourcePolicy: {
    path: '/apis/operator.openshift.io/v1alpha1/imagecontentsourcepolicies',
    resource: 'imagecontentsourcepolicies.operator.openshift.io',
  },
};

/**
 * Reads what the Machine Config Operator makes the files of OpenShift's nodes of, every few minutes. The first call waits
 * for it. If a later read fails, the last settings stay in use.
 */
export function openShift(api: Pick<KubeApi, 'get' | 'list'>, options: OpenShiftOptions): OpenShift {
  const { everyMs, timeoutMs = 30_000, now = Date.now, onRead } = options;
  async function read(signal: AbortSignal): Promise<OpenShiftSettings | undefined> {
    const settings = await readSettings(api, signal).catch(() => undefined);
    onRead?.(settings);
    return settings;
  }
  return refreshed(read, { everyMs, retryMs, timeoutMs, now });
}

/** Undefined if the API server does not answer. */
async function readSettings(
  api: Pick<KubeApi, 'get' | 'list'>,
  signal: AbortSignal,
): Promise<OpenShiftSettings | undefined> {
  const [image, version, pullSecret, digest, policies, tag] = await Promise.all([
    api.get(`${config}/images/cluster`, signal),
    api.get(`${config}/clusterversions/version`, signal),
    kubeCluster(api).secret('openshift-config', 'pull-secret', signal),
    readSets(api, 'ImageDigestMirrorSet', signal),
    readSets(api, 'ImageContentSourcePolicy', signal),
    readSets(api, 'ImageTagMirrorSet', signal),
  ]);
  if ([image, version, pullSecret, digest, policies, tag].some(({ kind }) => kind === 'unavailable')) return undefined;
  const ownRegistries = image.kind === 'found' ? ownRegistriesOf(image.value) : [];
  const shared = { pullSecret, ownRegistries };
  if (image.kind === 'missing' || version.kind === 'missing') return { files: { kind: 'absent' }, ...shared };
  if (image.kind !== 'found') return { files: forbidden('images.config.openshift.io'), ...shared };
  if (version.kind !== 'found') return { files: forbidden('clusterversions.config.openshift.io'), ...shared };
  for (const sets of [digest, policies, tag]) {
    if (sets.kind === 'forbidden') return { files: forbidden(sets.resource), ...shared };
  }
  const files = nodeFiles({
    digestMirrors: [...setsOf(digest), ...setsOf(policies)],
    tagMirrors: setsOf(tag),
    registrySources: registrySourcesOf(image.value),
    releaseImage: releaseImageOf(version.value),
  });
  return { files, ...shared };
}

function forbidden(resource: string): Forbidden {
  return { kind: 'forbidden', resource };
}

type ReadSets =
  { readonly kind: 'read'; readonly sets: readonly MirrorSet[] } | Forbidden | { readonly kind: 'unavailable' };

function setsOf(read: ReadSets): readonly MirrorSet[] {
  return read.kind === 'read' ? read.sets : [];
}

/** The mirror sets of every object of a kind. None if the kind is not installed. */
async function readSets(api: Pick<KubeApi, 'list'>, kind: MirrorKind, signal: AbortSignal): Promise<ReadSets> {
  const { path, resource } = collections[kind];
  const sets: MirrorSet[] = [];
  async function onPage(items: readonly unknown[]): Promise<void> {
    sets.push(...items.flatMap((item) => mirrorSetsOf(kind, item)));
    if (sets.length > maxSets) throw new Error('there are too many mirror sets');
  }
  const end = await readPages(api, { path }, onPage, signal);
  if (end.kind === 'complete' || end.kind === 'missing') return { kind: 'read', sets };
  return end.kind === 'forbidden' ? forbidden(resource) : { kind: 'unavailable' };
}
