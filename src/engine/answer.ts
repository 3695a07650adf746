import type { Platform } from './image/platform.ts';

/** What was asked of a registry and what it said, in words that may be shown to anybody: no body, no address. */
export interface Evidence {
  /** The host (and port) that was asked, as the image or the hosts.toml spells it. */
  readonly host: string;
  readonly asked: 'manifest' | 'token' | 'blob';
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly status?: number;
  /** An error code of the distribution specification (`MANIFEST_UNKNOWN`, `DENIED`, …); others are dropped. */
  readonly code?: string;
  /** What GET said where HEAD failed and GET was asked to explain: a disagreement is worth a sentence. */
  readonly getStatus?: number;
}

/** The target of a manifest, index entry, config or layer, as the OCI image specification has it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes; absent where the registry did not say. */
  readonly size?: number;
}

/** A no that stands, unless another host of the same registry has the image. */
interface Certain {
  readonly evidence: Evidence;
  /** Why another host (a mirror, or what it mirrors) has not said the same: it may have the image for the node. */
  readonly otherHost?: Inconclusive;
}

/** The registry knows no such tag, digest or repository. */
export interface NotFound extends Certain {
  readonly kind: 'not-found';
}

/** The registry lets nobody have the image with this credential. */
export interface Refused extends Certain {
  readonly kind: 'refused';
  /**
   * `no-credentials`: challenged, and nothing was there to answer with. `rejected`: what was sent was refused.
   * `token-refused`: the token endpoint refused. `no-permission`: authenticated, without the right to pull.
   * `challenge`: 401 with no challenge that a runtime can answer.
   */
  readonly reason: 'no-credentials' | 'rejected' | 'token-refused' | 'no-permission' | 'challenge';
}

/** A quota is used up (429, or what stands for it). */
export interface Throttled {
  readonly kind: 'throttled';
  /** Milliseconds that the registry asks to wait. */
  readonly retryAfterMs?: number;
  readonly evidence: Evidence;
}

/** What kept a registry from answering as one. */
export type UnreachableReason =
  | 'dns-not-found'
  | 'dns-failed'
  | 'connection-refused'
  | 'reset'
  | 'timeout'
  | 'tls-untrusted'
  | 'tls-expired'
  | 'tls-wrong-host'
  | 'tls-failed'
  | 'plain-http'
  | 'proxy'
  | 'server-error'
  | 'token-answer'
  | 'protocol';

/** Nothing was heard that a registry would say. */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly reason: UnreachableReason;
  readonly evidence: Evidence;
}

/** A manifest is there, and no current runtime pulls it. */
export interface Unsupported extends Certain {
  readonly kind: 'unsupported';
  readonly reason: 'schema1' | 'media-type' | 'no-media-type' | 'too-large' | 'empty' | 'not-a-manifest';
  /** Only one of those that are often met: it is shown. */
  readonly mediaType?: string;
}

/** Something that a manifest names is not there, or is not what its digest says. */
export interface Incomplete extends Certain {
  readonly kind: 'incomplete';
  readonly reason: 'missing' | 'digest-mismatch' | 'length-mismatch';
}

/** Pullgate did not ask, for a reason of its own. */
export interface NotAsked {
  readonly kind: 'not-asked';
  readonly reason:
    'loopback' | 'address' | 'realm' | 'insecure-realm' | 'redirect' | 'overload' | 'breaker' | 'deadline';
  /** The host that was not asked. */
  readonly host: string;
  /** What the breaker opened for: the true cause of not asking. */
  readonly because?: Unreachable;
}

/** What says nothing of the image: the registry was out, or was not asked. */
export type Inconclusive = Throttled | Unreachable | NotAsked;

/** What keeps an image from being pulled, or Pullgate from knowing. */
export type Failure = NotFound | Refused | Throttled | Unreachable | Unsupported | Incomplete | NotAsked;

/** The reference resolves to this manifest. */
export interface Found extends Descriptor {
  readonly kind: 'found';
  /** Why this is the last known answer and not today's: the registry is out. Such an answer still warns. */
  readonly stale?: Inconclusive;
}

/** What one registry (with its mirrors) says to one credential about one reference. */
export type Answer = Found | Failure;

/** One entry of an index: attestations and other things that no node would run are left out. */
export interface IndexEntry extends Descriptor {
  /** Absent: the index does not say, and a node takes it. */
  readonly platform?: Platform;
}

/** What a manifest turned out to be. */
export type ManifestAnswer =
  | { readonly kind: 'index'; readonly entries: readonly IndexEntry[] }
  | { readonly kind: 'image'; readonly config: Descriptor; readonly layers: readonly Descriptor[] }
  | Failure;

/** Whether a config or layer is there; a config that was read says its platform. */
export type BlobAnswer = { readonly kind: 'present'; readonly platform?: Platform } | Failure;

const inconclusive = {
  'not-found': false,
  refused: false,
  unsupported: false,
  incomplete: false,
  throttled: true,
  unreachable: true,
  'not-asked': true,
} as const satisfies { readonly [K in Failure['kind']]: K extends Inconclusive['kind'] ? true : false };

/** Whether an answer of the registry port is a failure, and no success of any of its methods. */
export function isFailure(answer: { readonly kind: string }): answer is Failure {
  return Object.hasOwn(inconclusive, answer.kind);
}

/** Whether a failure tells of the registry's state and not of the image. */
export function isInconclusive(failure: Failure): failure is Inconclusive {
  return inconclusive[failure.kind];
}
