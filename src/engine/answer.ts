import type { Blocked, Forbidden } from './forbidden.ts';
import type { NotAskedReason } from './not-asked-reason.ts';
import type { Platform } from './image/platform.ts';
import type { Limit } from './limits.ts';
import type { Objection } from './objection.ts';
import type { UnreachableReason } from './unreachable-reason.ts';

export type { Blocked, Forbidden, Objection, UnreachableReason };

/** One request to a registry and its response, without the body and the IP address: safe to show to every user. */
export interface Evidence {
  /** Host and port of the request, as written in the image or in hosts.toml. */
  readonly host: string;
  /** The path of the API if hosts.toml sets another one than `/v2`. Images that are found nowhere may have it wrong. */
  readonly path?: string;
  readonly asked: 'manifest' | 'token' | 'blob';
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly status?: number;
  /** Error code of the OCI distribution specification (`MANIFEST_UNKNOWN`, `DENIED`, …). Other codes are dropped. */
  readonly code?: string;
  /** Set if the kubelet had no credential, and the container runtime has one of its own for this host. */
  readonly byRuntime?: true;
  /** Set if there was a credential, but it was not sent, because the registry answered without a request to log in. */
  readonly unsent?: true;
  /** What the registry has against the caller or the image, read from well-known phrases. Its text is never kept. */
  readonly objection?: Objection;
  /** Status of the GET that was sent for details after HEAD failed. It may differ from the status of HEAD. */
  readonly getStatus?: number;
}

/** Points to a manifest, index, config or layer: the descriptor of the OCI image specification. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. Undefined if the registry did not report a size. */
  readonly size?: number;
  /** The content itself, if the manifest embeds it. A node does not ask for it then. */
  readonly data?: Uint8Array;
  /** The host and repository that it came from, if the runtime fetches all parts of an image from there: CRI-O. */
  readonly at?: string;
  /** The tag that it was found by, if the runtime keeps what the tag gave: CRI-O does not ask for the digest. */
  readonly tag?: string;
}

/** A definite failure. Only another host of the same registry may still have the image. */
interface Certain {
  readonly evidence: Evidence;
  /** Why another host (a mirror, or the mirrored registry) gave no definite answer: it may have the image. */
  readonly otherHost?: Inconclusive;
  /** Set if the host does not answer `/v2/` like a registry: something else may have answered in its place. */
  readonly unproven?: true;
}

/** The registry does not have the tag, the digest or the repository. */
export interface NotFound extends Certain {
  readonly kind: 'not-found';
}

/** The registry does not allow a pull with this credential. */
export interface Refused extends Certain {
  readonly kind: 'refused';
  /**
   * `no-credentials`: the registry sent a challenge, and there was no credential to answer it.
   * `rejected`: the registry rejected the credential.
   * `token-refused`: the token endpoint rejected the credential.
   * `no-permission`: the credential is valid, but has no permission to pull.
   * `challenge`: 401 without a challenge that a container runtime can answer.
   * `not-utf8`: the kubelet cannot send the credential to the container runtime, so the registry is not asked.
   */
  readonly reason: 'no-credentials' | 'rejected' | 'token-refused' | 'no-permission' | 'challenge' | 'not-utf8';
}

/** A rate limit is reached: 429, or another response with the same meaning. */
export interface Throttled {
  readonly kind: 'throttled';
  /** Delay that the registry asks for, in ms. */
  readonly retryAfterMs?: number;
  readonly evidence: Evidence;
}

/** The registry gave no usable response. */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly reason: UnreachableReason;
  readonly evidence: Evidence;
  /** Set if there was a connection to the registry, so that the failure may be of this request only. */
  readonly reached?: true;
}

/** The manifest exists, but current container runtimes cannot pull it. */
export interface Unsupported extends Certain {
  readonly kind: 'unsupported';
  readonly reason: 'schema1' | 'media-type' | 'no-media-type' | 'too-large' | 'empty' | 'not-a-manifest';
  /** Set only if it is one of the common media types, because users see it. */
  readonly mediaType?: string;
}

/** Content that a manifest refers to is missing, or does not match its digest or length. */
export interface Incomplete extends Certain {
  readonly kind: 'incomplete';
  /**
   * `refused`: the registry redirected to another host, which refuses the content.
   * `layer-count`: the config lists another number of layers.
   * `encrypted`: a node needs a key that the pod cannot give it.
   */
  readonly reason: 'missing' | 'refused' | 'encrypted' | 'digest-mismatch' | 'length-mismatch' | 'layer-count';
}

/** Pullgate did not send the request, for a reason of its own. */
export interface NotAsked {
  readonly kind: 'not-asked';
  readonly reason: NotAskedReason;
  /** The host that the request was meant for. */
  readonly host: string;
  /** The limit that the object reached. Set if the reason is `limit`. */
  readonly limit?: Limit;
  /** The failure that opened the circuit breaker: the real cause. */
  readonly because?: Unreachable;
}

/** An answer that says nothing about the image: the registry did not work, or was not asked. */
export type Inconclusive = Throttled | Unreachable | NotAsked;

/** Why an image cannot be pulled, or why Pullgate does not know. */
export type Failure = NotFound | Refused | Throttled | Unreachable | Unsupported | Incomplete | Forbidden | NotAsked;

/** The reference resolves to this manifest. */
export interface Found extends Descriptor {
  readonly kind: 'found';
  /** Set if this is an earlier answer: why the registry cannot answer now. A stale answer still causes a warning. */
  readonly stale?: Inconclusive;
  /** Set if the runtime also tries another host if it cannot use the content: CRI-O, for a short name. */
  readonly othersFollow?: true;
  /** Set if the registry reports that no pull is left in the quota. HEAD works even then, but not the pull. */
  readonly limited?: Throttled;
}

/** The answer of one registry, including its mirrors, to one credential about one reference. */
export type Answer = Found | Failure;

/** One entry of an index. Attestations and other entries that no node runs are left out. */
export interface IndexEntry extends Descriptor {
  /** Undefined if the index names no platform. A node accepts such an entry. */
  readonly platform?: Platform;
  /** Whether its layers are compressed with zstd, as an annotation says. CRI-O prefers such an entry. */
  readonly zstd?: true;
}

/** The content of a manifest, or why it could not be read. */
export type ManifestAnswer =
  | { readonly kind: 'index'; readonly entries: readonly IndexEntry[] }
  | {
      readonly kind: 'image';
      /** Undefined for schema 1, which has none. */
      readonly config?: Descriptor;
      readonly layers: readonly Descriptor[];
    }
  | Failure;

/**
 * Whether a config or layer exists. If a config was read: the platform that it names, and the number of its `diff_ids`,
 * one for each layer.
 */
export type BlobAnswer = { readonly kind: 'present'; readonly platform?: Platform; readonly layers?: number } | Failure;

const inconclusive = {
  'not-found': false,
  refused: false,
  unsupported: false,
  incomplete: false,
  forbidden: false,
  throttled: true,
  unreachable: true,
  'not-asked': true,
} as const satisfies { readonly [K in Failure['kind']]: K extends Inconclusive['kind'] ? true : false };

/** Returns whether an answer of any method of the `Registry` port is a failure. */
export function isFailure(answer: { readonly kind: string }): answer is Failure {
  return Object.hasOwn(inconclusive, answer.kind);
}

/** Returns whether a failure is about the state of the registry and not about the image. */
export function isInconclusive(failure: Failure): failure is Inconclusive {
  return inconclusive[failure.kind];
}
