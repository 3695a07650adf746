import type { Answer, BlobAnswer, ManifestAnswer } from '../../src/engine/answer.ts';
import type { CheckOptions } from '../../src/engine/check-options.ts';
import type { NodeFacts } from '../../src/engine/nodes/node.ts';
import type { PullSecret } from '../../src/engine/keyring/docker-config.ts';
import type { Lookup, NodeKeyring, Ports, Question, ServiceAccountFacts } from '../../src/engine/ports.ts';
import { notFound } from './answers.ts';

/** The contents of the fake ports of one test. Everything else is missing. */
export interface World {
  /**
   * By `repository:tag` or `repository@digest`; a suffix ` as USER` limits the answer to that user, and ` on RUNTIME` to
   * that kind of runtime.
   */
  readonly images?: Readonly<Record<string, Answer>>;
  /** By digest. */
  readonly manifests?: Readonly<Record<string, ManifestAnswer>>;
  readonly blobs?: Readonly<Record<string, BlobAnswer>>;
  readonly tags?: readonly string[];
  readonly secrets?: Readonly<Record<string, PullSecret | Lookup<PullSecret>>>;
  readonly serviceAccounts?: Readonly<Record<string, string[] | Lookup<ServiceAccountFacts>>>;
  readonly nodes?: readonly NodeFacts[];
  readonly nodeKeyring?: Partial<NodeKeyring>;
  readonly announced?: readonly string[];
}

/** In-memory ports with the contents of `world`, and the images that the registry was asked for. */
export function fakePorts(world: World): { readonly ports: Ports; readonly asked: readonly string[] } {
  const asked: string[] = [];
  const answerTo = (question: Question): Answer => {
    const key = keyOf(question);
    asked.push(key);
    const images = world.images ?? {};
    return images[`${key} on ${question.runtime}`] ?? images[key] ?? images[key.replace(/ as .*/, '')] ?? notFound;
  };
  const ports: Ports = {
    registry: {
      resolve: (question) => Promise.resolve(answerTo(question)),
      manifest: (_, { digest }) => Promise.resolve(world.manifests?.[digest] ?? notFound),
      blob: (_, { digest }) => Promise.resolve(world.blobs?.[digest] ?? notFound),
    },
    tags: { tags: () => Promise.resolve(world.tags ?? []) },
    cluster: {
      secret: (_, name) => Promise.resolve(lookup(world.secrets?.[name])),
      serviceAccount: (_, name) => {
        const entry = world.serviceAccounts?.[name];
        return Promise.resolve(
          lookup(Array.isArray(entry) ? { name, imagePullSecrets: entry, annotations: {} } : entry),
        );
      },
    },
    nodes: { nodes: () => Promise.resolve(world.nodes && { nodes: world.nodes, ageMs: 12_000 }) },
    nodeCredentials: { lookup: () => Promise.resolve({ credentials: [], undecided: [], ...world.nodeKeyring }) },
    announcements: {
      announcedBy: (_, name) => Promise.resolve(world.announced?.includes(name) ? 'ExternalSecret' : undefined),
    },
    breathe: () => Promise.resolve(),
    onBug: (error) => {
      throw error;
    },
  };
  return { ports, asked };
}

function keyOf({ reference, credential }: Question): string {
  const { repository, tag, digest } = reference;
  const image = digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`;
  return credential.kind === 'basic' ? `${image} as ${credential.username}` : image;
}

function isLookup(value: unknown): value is Lookup<never> {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function lookup<T extends object>(value: T | Lookup<T> | undefined): Lookup<T> {
  if (value === undefined) return { kind: 'missing' };
  return isLookup(value) ? value : { kind: 'found', value: value as T };
}

/**
 * A kubernetes.io/dockerconfigjson secret with entries `host → USER`. The password is `p`, or empty if the user is
 * empty.
 */
export function pullSecret(name: string, entries: Readonly<Record<string, string>>): PullSecret {
  const auths = Object.entries(entries).map(([host, username]) => [host, { username, password: username && 'p' }]);
  return rawSecret(name, JSON.stringify({ auths: Object.fromEntries(auths) }));
}

/** A kubernetes.io/dockerconfigjson secret with this text. */
export function rawSecret(name: string, text: string): PullSecret {
  const data = { '.dockerconfigjson': Buffer.from(text).toString('base64') };
  return { name, type: 'kubernetes.io/dockerconfigjson', data };
}

/** Options with every optional check turned off. */
export const plainOptions: CheckOptions = {
  platforms: [],
  runtimes: ['containerd'],
  readConfig: false,
  deep: false,
  nodeCredentials: { matchImages: [], complete: true },
  missingSecret: 'deny',
  placeholders: ['auto'],
  rewrites: [],
};
