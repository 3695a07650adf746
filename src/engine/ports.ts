import type { Answer, BlobAnswer, Descriptor, ManifestAnswer } from './answer.ts';
import type { Credential } from './keyring/credential.ts';
import type { ImageReference } from './image/image-reference.ts';
import type { PullSecret } from './keyring/docker-config.ts';
import type { NodeList } from './nodes/node.ts';
import type { RuntimeKind } from './nodes/runtime-kind.ts';
import type { Redacted } from '../lib/redacted.ts';

/** An image, the credential to ask for it with, and the container runtime that would ask. */
export interface Question {
  readonly runtime: RuntimeKind;
  readonly reference: ImageReference;
  readonly credential: Credential;
  /** The `at` of a descriptor, to ask for one manifest of an index. */
  readonly at?: string;
  /** The namespace that the question is for, so that no namespace uses up what all share. It changes no answer. */
  readonly namespace?: string;
}

/**
 * A registry as a container runtime uses it, including mirrors, challenges, tokens and retries. Every method returns
 * failures as values. It throws only if `signal` aborts, or for a bug.
 */
export interface Registry {
  /** Resolves the reference like the runtime's resolver: by HEAD, or by GET if HEAD is not usable. */
  resolve(question: Question, signal: AbortSignal): Promise<Answer>;
  /** Fetches the manifest or index by its digest. */
  manifest(question: Question, descriptor: Descriptor, signal: AbortSignal): Promise<ManifestAnswer>;
  /** Checks by HEAD whether a config or layer exists. If `read` is true, fetches the config to learn its platform. */
  blob(question: Question, descriptor: Descriptor, read: boolean, signal: AbortSignal): Promise<BlobAnswer>;
}

/** Lists the tags of a repository. Empty if the registry does not list them. Throws only if `signal` aborts. */
export interface Tags {
  tags(question: Question, signal: AbortSignal): Promise<readonly string[]>;
}

/** The result of a read from the Kubernetes API. */
export type Lookup<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'forbidden' }
  | {
      readonly kind: 'unavailable';
      readonly reason: 'timeout' | 'throttled' | 'server-error' | 'connection' | 'offline';
    };

/** The fields of a ServiceAccount that decide how its pods pull images. */
export interface ServiceAccountFacts {
  readonly name: string;
  readonly imagePullSecrets: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** The Kubernetes API. It only gets single objects, by the names that the checked object contains, and never lists. */
export interface Cluster {
  secret(namespace: string, name: string, signal: AbortSignal): Promise<Lookup<PullSecret>>;
  serviceAccount(namespace: string, name: string, signal: AbortSignal): Promise<Lookup<ServiceAccountFacts>>;
}

/** A `Cluster` with a cache, and the same cluster without it: `fresh` always reads from the API server. */
export interface RememberingCluster extends Cluster {
  readonly fresh: Cluster;
}

/** The nodes of the cluster. Undefined if they cannot be read: no permission, or no cluster. */
export interface Nodes {
  nodes(signal: AbortSignal): Promise<NodeList | undefined>;
}

/** The pod for which the node would ask its credential provider plugins. */
export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
}

/** The credentials that the node itself adds to a pull, after those of the pod's pull secrets. */
export interface NodeKeyring {
  /** Credentials in the order in which the kubelet tries them. */
  readonly credentials: readonly Credential[];
  /** Plugins that match the image but could not be asked here. On the node they may return a credential. */
  readonly undecided: readonly {
    readonly provider: string;
    readonly reason: 'crashed' | 'timeout' | 'bad-answer' | 'token';
  }[];
}

/** The docker config file and the credential provider plugins of the node. */
export interface NodeCredentials {
  lookup(reference: ImageReference, pod: PodIdentity, signal: AbortSignal): Promise<NodeKeyring>;
}

/**
 * Credentials of the user who runs `pullgate check`. They replace pull secrets that could not be read, and show whether
 * the image exists. No node has them.
 */
export interface StandIn {
  credentials(reference: ImageReference, signal: AbortSignal): Promise<readonly Credential[]>;
}

/** The labels of a namespace. They are read only if the config allows a label to choose the profile. */
export interface Namespaces {
  labels(namespace: string, signal: AbortSignal): Promise<Lookup<Readonly<Record<string, string>>>>;
}

/** Creates a token of a ServiceAccount for a credential provider plugin. `expiresAt` is in ms since 1970. */
export interface ServiceAccountTokens {
  token(
    namespace: string,
    serviceAccount: string,
    audience: string,
    signal: AbortSignal,
  ): Promise<Lookup<{ readonly token: Redacted; readonly expiresAt: number }>>;
}

/**
 * Finds the object that announces a secret which does not exist yet, and returns the kind of the object:
 * `ExternalSecret` or `SealedSecret`. Undefined if there is none.
 */
export interface Announcements {
  announcedBy(namespace: string, secret: string, signal: AbortSignal): Promise<string | undefined>;
}

/**
 * Lets the rest of the program run for a moment. A long calculation waits for it after every few milliseconds, so that
 * other reviews go on. The promise always fulfils.
 */
export type Breathe = () => Promise<void>;

/** Everything that a check needs from outside the engine. */
export interface Ports {
  readonly registry: Registry;
  readonly tags: Tags;
  readonly cluster: Cluster;
  readonly nodes: Nodes;
  readonly nodeCredentials: NodeCredentials;
  readonly announcements: Announcements;
  readonly standIn?: StandIn;
  readonly breathe: Breathe;
  /** Called with an unexpected error in the check of one image, which becomes `not-checked`. It must not throw. */
  readonly onBug: (error: unknown) => void;
}
