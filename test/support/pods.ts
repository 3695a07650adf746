import type { NodeFacts } from '../../src/engine/nodes/node.ts';
import { builtInKinds } from '../../src/engine/workload/workload-kind.ts';
import { readWorkloads, type Workload } from '../../src/engine/workload/workload.ts';
import type { JsonObject } from '../../src/lib/json.ts';

/** A pod spec with one container per image. The containers are named c0, c1, … */
export function podSpec(images: readonly string[], more: JsonObject = {}): JsonObject {
  return { containers: images.map((image, index) => ({ name: `c${index}`, image })), ...more };
}

/** A Pod named `p` with these images. */
export function pod(images: readonly string[], more: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: podSpec(images, more) };
}

/** A Deployment named `web` with these images. */
export function deployment(images: readonly string[], more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 1, template: { spec: podSpec(images, more) } },
  };
}

/** A linux/amd64 node with containerd and a complete list of images. `facts` override single fields. */
export function node(name: string, facts: Partial<NodeFacts> = {}): NodeFacts {
  return {
    name,
    labels: {},
    platform: { os: 'linux', architecture: 'amd64' },
    taints: [],
    images: new Set(),
    imagesComplete: true,
    runtimeVersion: 'containerd://2.4.2',
    kubeletVersion: 'v1.36.3',
    ...facts,
  };
}

/** The only workload of an object of a built-in kind. Throws if there is none. */
export function workloadOf(kind: (typeof builtInKinds)[number]['kind'], object: unknown, namespace: string): Workload {
  const known = builtInKinds.find((built) => built.kind === kind);
  const [workload] = known === undefined ? [] : readWorkloads(known, object, namespace);
  if (workload === undefined) throw new Error(`no workload in a ${kind}`);
  return workload;
}
