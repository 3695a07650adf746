import type { ApiServerDouble } from '../support/api-server-double.ts';
import { reviewText } from '../support/admission-client.ts';
import { putNodes } from '../faults/support/nodes.ts';
import { entryOf, secretWithAuths } from '../faults/support/secrets.ts';
import { deploymentOf } from './workloads.ts';

/** How large a cluster is, and its workloads. */
export interface Size {
  /** Images in each workload. */
  readonly images: number;
  /** Pull secrets of each workload. */
  readonly secrets: number;
  readonly namespaces: number;
  readonly nodes: number;
}

/** The names of images that a node reports: at most 50 (kubernetes v1.36.3, nodeStatusMaxImages of the kubelet). */
const imagesOfNode = 50;

/** Returns the name of the namespace with this number. */
function namespaceAt(number: number): string {
  return `team-${number}`;
}

/** Stores the namespaces with their pull secrets for `image`, and the nodes with the names of their images. */
export function fill(api: ApiServerDouble, { secrets, namespaces, nodes }: Size, image: string): void {
  const [host = ''] = image.split('/');
  for (let at = 0; at < namespaces; at += 1) {
    api.put(namespaceAt(at), 'serviceaccounts', { metadata: { name: 'default' } });
    for (let number = 0; number < secrets; number += 1) api.put(namespaceAt(at), 'secrets', secretAt(number, host));
  }
  putNodes(api, nodes, imagesAt);
}

/** Returns the review of a workload in one of the namespaces. */
export function reviewIn({ namespaces, secrets }: Size, at: number, images: readonly string[]): string {
  const namespace = namespaceAt(at % namespaces);
  const deployment = deploymentOf(images, `web-${at}`, namespace);
  const { template } = deployment.spec;
  const imagePullSecrets = Array.from({ length: secrets }, (_, number) => ({ name: `s${number}` }));
  const spec = { ...template.spec, imagePullSecrets };
  return reviewText({ ...deployment, spec: { ...deployment.spec, template: { ...template, spec } } }, { namespace });
}

function secretAt(number: number, host: string) {
  const auth = entryOf({ username: `robot-${number}`, password: 'password' });
  return {
    ...secretWithAuths({ [host]: auth, [`registry-${number}.example`]: auth }),
    metadata: { name: `s${number}` },
  };
}

function imagesAt(node: number) {
  return Array.from({ length: imagesOfNode }, (_, number) => ({
    names: [`registry.example/team-${number}/app-${(node * 7 + number) % 2_000}:v${number}`],
    sizeBytes: 100_000_000,
  }));
}
