/*
 * A real API server for the shipped manifests: functions that apply them and list the resulting objects.
 */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { certManagerKinds } from '../support/cert-manager.ts';
import { startControlPlane, type ControlPlane } from '../support/control-plane/control-plane.ts';
import { succeed } from '../support/control-plane/kubectl.ts';
import { manifests } from '../support/overlay.ts';

/** Folders in `manifests` for `kubectl apply -k`. */
export const installs = [
  'base',
  ...(await readdir(join(manifests, 'overlays'))).toSorted().map((name) => `overlays/${name}`),
];

/** Starts an API server that knows cert-manager's kinds. */
export async function startApiServer(options: { readonly controllers: boolean }): Promise<ControlPlane> {
  const plane = await startControlPlane(options);
  const list = { apiVersion: 'v1', kind: 'List', items: certManagerKinds };
  await succeed(plane.kubectl, ['create', '-f', '-'], JSON.stringify(list));
  await succeed(plane.kubectl, ['wait', '--for=condition=established', 'crd', '--all']);
  return plane;
}

/** Applies a folder in `manifests`, and returns kubectl's line for each object. */
export async function apply(plane: ControlPlane, install: string, ...flags: readonly string[]): Promise<string[]> {
  const output = await succeed(plane.kubectl, ['apply', ...flags, '-k', resolve(manifests, install)]);
  return output.trim().split('\n');
}

/** Returns `KIND NAMESPACE/NAME` of each object of an install, sorted. */
export async function objectsOf(plane: ControlPlane, install: string): Promise<readonly string[]> {
  const text = await succeed(plane.kubectl, ['kustomize', resolve(manifests, install)]);
  return namesOf(parseAllDocuments(text).map((document) => document.toJSON() as NamedObject));
}

/** Returns the same for all objects in the API server that have the label of the manifests. */
export async function objectsHeld(plane: ControlPlane): Promise<readonly string[]> {
  const kinds = [
    'namespaces,serviceaccounts,secrets,configmaps,services,deployments.apps,poddisruptionbudgets',
    'networkpolicies,roles,rolebindings,clusterroles,clusterrolebindings,validatingwebhookconfigurations',
    'issuers,certificates',
  ];
  const args = ['get', kinds.join(','), '-A', '-l', 'app.kubernetes.io/part-of=pullgate', '-o', 'json'];
  const { items } = JSON.parse(await succeed(plane.kubectl, args)) as { readonly items: readonly NamedObject[] };
  return namesOf(items);
}

interface NamedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function namesOf(objects: readonly NamedObject[]): readonly string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`).toSorted();
}
