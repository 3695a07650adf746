import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindingKind } from '../../src/engine/finding.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';

/** The verdict of a policy. */
export type VerdictWord = 'allow' | 'warn' | 'deny';

/** An object that was sent to the API server. */
export interface ApiObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** A situation, and the result on a real node. See `test/scenarios/README.md` for the origin. */
export interface Scenario {
  readonly name: string;
  readonly class: string;
  readonly about: string;
  readonly registry: RegistryScript;
  readonly node: NodeScript;
  /** In the order of creation. The pod under test is the last object. */
  readonly objects: readonly ApiObject[];
  /** Containers that were added through the `ephemeralcontainers` subresource. */
  readonly ephemeral?: readonly object[];
  readonly outcome: Outcome;
  readonly expected: Expected;
}

/** The kinds of nodes, and what a node of each kind reports if the scenario does not say it. */
export const nodeKinds = {
  containerd: { runtimeVersion: 'containerd://2.4.2', kubeletVersion: 'v1.36.3' },
  k3s: { runtimeVersion: 'containerd://2.1.5-k3s1', kubeletVersion: 'v1.36.3' },
  'cri-o': { runtimeVersion: 'cri-o://1.34.0', kubeletVersion: 'v1.36.3' },
  docker: { runtimeVersion: 'docker://28.5.2', kubeletVersion: 'v1.36.3' },
} as const;

export interface NodeScript {
  readonly kind?: keyof typeof nodeKinds;
  readonly runtimeVersion?: string;
  readonly kubeletVersion?: string;
  /**
   * Text by path, in the folder of the runtime's own configuration: /etc/containers with `auth.json` as the
   * global_auth_file for CRI-O, /etc/rancher/k3s for K3s, /etc/containerd for containerd, /etc/docker for Docker.
   * Null: a file that every node of this kind has is missing.
   */
  readonly files?: Readonly<Record<string, string | null>>;
  /** Flags of K3s. */
  readonly arguments?: readonly string[];
  /** hosts.toml by folder below `certs.d`. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly presentImages?: readonly { readonly image: string }[];
  /** The node's docker config file. */
  readonly dockerConfig?: object;
  readonly providers?: { readonly config: object; readonly executables: Readonly<Record<string, string>> };
}

export interface Outcome {
  /** Null if the node did not decide. Undefined if the API server rejected an object. */
  readonly pulled?: boolean | null;
  readonly rejectedByApiServer?: string;
  /** The rejected object, for example `Secret/bad`. */
  readonly object?: string;
}

/** The correct result of a check. */
export interface Expected {
  readonly verdict: readonly VerdictWord[];
  /** Unless empty, at least one of these kinds must be found. */
  readonly kinds: readonly FindingKind[];
  /** A warning is not a false alarm: the node pulled without something that a check needs. */
  readonly mayAlarm?: boolean;
  /** Only the pull shows the failure: the registry changed its answer, or a layer has other content. */
  readonly mayMiss?: boolean;
}

/** A scenario that another kind of node played: what it does not have comes from the scenario `like`. */
type Variant = Partial<Scenario> & { readonly like: string };

/** Reads every scenario in a folder, ordered by name. */
export async function readScenarios(folder: string): Promise<readonly Scenario[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(files.map((file) => readScenario(join(folder, file))));
}

async function readScenario(path: string): Promise<Scenario> {
  const own = JSON.parse(await readFile(path, 'utf8')) as Scenario | Variant;
  if (!('like' in own)) return own;
  const original = await readScenario(join(originals, `${own.like}.json`));
  return { ...original, ...own, node: { ...original.node, ...own.node } };
}

const originals = join(import.meta.dirname, '../scenarios');
