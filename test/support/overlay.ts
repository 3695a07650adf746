import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

export const manifests = join(import.meta.dirname, '../../manifests');

/**
 * Returns the components that fit the base on every cluster: all but the one that patches what only the overlay
 * `cert-manager` has, and the one that needs a namespace of OpenShift.
 */
export async function componentsOfBase(): Promise<readonly string[]> {
  const all = await readdir(join(manifests, 'components'));
  return all.filter((name) => name !== 'custom-workloads-cert-manager' && name !== 'openshift');
}

export interface Overlay extends AsyncDisposable {
  /** The folder for `kubectl apply -k`. */
  readonly directory: string;
}

export interface OverlayOptions {
  /** Name of the base: a folder below `manifests`. */
  readonly on: string;
  /** URL of the webhook. Replaces the reference to the Service. */
  readonly url: string;
  /** Folders below `manifests/components`. */
  readonly components?: readonly string[];
  readonly failurePolicy?: 'Fail' | 'Ignore';
}

/** Writes a kustomization on top of a shipped one, as an operator would, to a temporary folder. */
export async function overlay({ on, url, components = [], failurePolicy }: OverlayOptions): Promise<Overlay> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'pullgate-overlay-')));
  const at = (path: string): string => relative(directory, join(manifests, path));
  const operations = [
    { op: 'add', path: '/webhooks/0/clientConfig', value: { url } },
    ...(failurePolicy ? [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: failurePolicy }] : []),
  ];
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [at(on)],
    components: components.map((name) => at(`components/${name}`)),
    patches: [
      { target: { kind: 'ValidatingWebhookConfiguration', name: 'pullgate' }, patch: JSON.stringify(operations) },
    ],
  };
  await writeFile(join(directory, 'kustomization.yaml'), JSON.stringify(kustomization));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}
