import type { Answer, BlobAnswer, Descriptor, ManifestAnswer } from './answer.ts';
import type { Credential } from './keyring/credential.ts';
import type { ImageReference } from './image/image-reference.ts';
import type { PullSecret } from './keyring/docker-config.ts';
import type { NodeFacts } from './nodes/node.ts';
import type { Redacted } from '../lib/redacted.ts';

/** Which image, asked for with which credential. */
export interface Question {
  readonly reference: ImageReference;
  readonly credential: Credential;
}

/**
 * A registry as a container runtime sees it: mirrors, challenges, tokens and retries are inside.
 * Every method answers with a value, whatever goes wrong; it throws only where `signal` aborts, or for a bug.
 */
export interface Registry {
  /** What the runtime's resolver would find (HEAD, and GET where HEAD is no use). */
  resolve(question: Question, signal: AbortSignal): Promise<Answer>;
  /** The manifest or index itself, fetched by the digest that `resolve` found. */
  manifest(question: Question, descriptor: Descriptor, signal: AbortSignal): Promise<ManifestAnswer>;
  /** Whether a config or layer is there (HEAD); `read` fetches a config to learn its platform. */
  blob(question: Question, descriptor: Descriptor, read: boolean, signal: AbortSignal): Promise<BlobAnswer>;
}

/** The tags of a repository, for suggestions; none where the registry does not say. Never throws but for an abort. */
export interface Tags {
  tags(question: Question, signal: AbortSignal): Promise<readonly string[]>;
}

/** What a read of the Kubernetes API came to. */
export type Lookup<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'forbidden' }
  | {
      readonly kind: 'unavailable';
      readonly reason: 'timeout' | 'throttled' | 'server-error' | 'connection' | 'offline';
    };

/** The parts of a ServiceAccount that decide how its pods pull. */
export interface ServiceAccountFacts {
  readonly name: string;
  readonly imagePullSecrets: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** The Kubernetes API, get only, and only by the names that the object itself holds. */
export interface Cluster {
  secret(namespace: string, name: string, signal: AbortSignal): Promise<Lookup<PullSecret>>;
  serviceAccount(namespace: string, name: string, signal: AbortSignal): Promise<Lookup<ServiceAccountFacts>>;
}

/** A `Cluster` with a memory, and the same without it: what a refusal rests on is read again. */
export interface RememberingCluster extends Cluster {
  readonly fresh: Cluster;
}

/** The nodes of the cluster; undefined: none in sight (no permission, or no cluster). */
export interface Nodes {
  nodes(signal: AbortSignal): Promise<readonly NodeFacts[] | undefined>;
}

/** For whom the node would ask its plugins. */
export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
}

/** What the node itself would add to a pull, after the pod's own secrets. */
export interface NodeKeyring {
  /** Credentials in the order in which the kubelet tries them. */
  readonly credentials: readonly Credential[];
  /** Plugins that cover the image but could not be asked here: on the node they may answer. */
  readonly undecided: readonly {
    readonly provider: string;
    readonly reason: 'crashed' | 'timeout' | 'bad-answer' | 'token';
  }[];
}

/** The node's docker config file and its credential-provider plugins. */
export interface NodeCredentials {
  lookup(reference: ImageReference, pod: PodIdentity, signal: AbortSignal): Promise<NodeKeyring>;
}

/**
 * Credentials of whoever asks, for pull secrets that could not be read: no node has them. They tell whether the image
 * exists, and are asked for only where a secret could not be read.
 */
export interface StandIn {
  credentials(reference: ImageReference, signal: AbortSignal): Promise<readonly Credential[]>;
}

/** A namespace's labels, asked only where the config lets one of them choose the profile. */
export interface Namespaces {
  labels(namespace: string, signal: AbortSignal): Promise<Lookup<Readonly<Record<string, string>>>>;
}

/** Tokens of a ServiceAccount for one audience, for credential plugins that ask for them; `expiresAt` in ms since 1970. */
export interface ServiceAccountTokens {
  token(
    namespace: string,
    serviceAccount: string,
    audience: string,
    signal: AbortSignal,
  ): Promise<Lookup<{ readonly token: Redacted; readonly expiresAt: number }>>;
}

/** Objects that announce a secret which does not exist yet (an ExternalSecret, a SealedSecret); their kind, or undefined. */
export interface Announcements {
  announcedBy(namespace: string, secret: string, signal: AbortSignal): Promise<string | undefined>;
}

/** All that a check asks of the world. */
export interface Ports {
  readonly registry: Registry;
  readonly tags: Tags;
  readonly cluster: Cluster;
  readonly nodes: Nodes;
  readonly nodeCredentials: NodeCredentials;
  readonly announcements: Announcements;
  readonly standIn?: StandIn;
}
