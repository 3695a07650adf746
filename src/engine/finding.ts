import type { Blocked, Failure, NotAsked, NotFound, Refused, Throttled, Unreachable, Unsupported } from './answer.ts';
import type { CredentialSource } from './keyring/credential.ts';
import type { CredentialSlip } from './keyring/credential-slip.ts';
import type { NearMiss } from './keyring/near-miss.ts';
import type { UnusableReason } from './keyring/keyring.ts';
import type { ImageReference } from './image/image-reference.ts';
import type { ImageUse } from './workload/image-use.ts';
import type { NodeNames } from './nodes/node-names.ts';
import type { Platform } from './image/platform.ts';

/** One credential that was tried, and why it failed. */
export interface Attempt {
  /** Undefined if the attempt was anonymous. */
  readonly source?: CredentialSource;
  readonly answer: Failure;
  /** What is probably wrong with the user name or the password. Nothing of either is shown. */
  readonly slip?: CredentialSlip;
}

/** A pull secret without a usable credential for the image, and why. This is often the cause of a refusal. */
export interface UnusedSecret {
  readonly secret: string;
  readonly from: 'pod' | 'service-account';
  readonly reason: 'missing' | 'unreadable' | UnusableReason;
  /** The docker config key that would match. The keys that the secret has are never shown. */
  readonly wantedKey?: string;
  /** How a key of the same host differs from `wantedKey`. */
  readonly near?: NearMiss;
}

/** What else is known about a refusal. It never decides what is done about the refusal. */
export interface RefusalFacts {
  /** A secret of the ServiceAccount that fits the image. The kubelet ignores it, because the pod lists other secrets. */
  readonly shadowed?: string;
  /** Whether a pull without a credential works. Undefined if no credential was refused, or if the answer is unknown. */
  readonly public?: boolean;
}

/** The fields of each kind of finding, in addition to the common fields in `Finding`. */
export interface Details {
  readonly 'invalid-image-name': { readonly reason: string; readonly suggestion?: string };
  readonly 'image-not-found': {
    readonly attempts: readonly Attempt[];
    readonly answer: NotFound;
    readonly unused: readonly UnusedSecret[];
    readonly nearestTags: readonly string[];
    /** Whether the image may exist: some registries answer 404 to clients without permission. */
    readonly hidden: boolean;
  };
  readonly 'access-denied': RefusalFacts & {
    readonly attempts: readonly Attempt[];
    readonly answer: Refused;
    readonly unused: readonly UnusedSecret[];
  };
  readonly 'access-unknown': RefusalFacts & {
    readonly attempts: readonly Attempt[];
    readonly answer: Refused;
    readonly unused: readonly UnusedSecret[];
    /** Why the node may have a working credential. See `UnseenCredential`. */
    readonly because: 'plugin' | 'pattern' | 'incomplete' | 'secret-unreadable' | 'address' | 'controller';
    /** Name of the credential provider plugin that could not be asked. */
    readonly provider?: string;
  };
  readonly 'pull-secret-malformed': {
    readonly secret: string;
    readonly reason: string;
  };
  readonly 'pull-secret-missing': { readonly unused: UnusedSecret; readonly announcedBy?: string };
  readonly 'pull-secret-unusable': { readonly unused: UnusedSecret };
  readonly 'pull-secret-unreadable': {
    readonly what: 'secret' | 'service-account';
    readonly name: string;
    readonly reason: 'forbidden' | 'timeout' | 'throttled' | 'server-error' | 'connection' | 'offline';
  };
  readonly 'service-account-missing': { readonly serviceAccount: string };
  readonly 'no-matching-platform': { readonly wanted: readonly Platform[]; readonly offered: readonly Platform[] };
  readonly 'wrong-platform': { readonly wanted: readonly Platform[]; readonly offered: Platform };
  readonly 'image-incomplete': {
    readonly part: 'manifest' | 'child' | 'config' | 'layer';
    /** Digest of the part. Undefined for the manifest that the reference names. */
    readonly digest?: string;
    readonly answer: Failure;
  };
  readonly 'unsupported-manifest': { readonly answer: Unsupported };
  /** `nodes`: number of nodes that the pod may run on. `ageMs`: ms since their images were listed. */
  readonly 'never-pull-absent': { readonly nodes: number; readonly ageMs: number };
  readonly 'never-pull': object;
  readonly 'latest-tag': { readonly written: 'no-tag' | 'latest' };
  readonly 'not-pinned': object;
  readonly 'registry-unknown-host': { readonly answer: Unreachable };
  readonly 'registry-untrusted': { readonly answer: Unreachable };
  readonly 'registry-unreachable': { readonly answer: Unreachable };
  readonly 'registry-blocked': { readonly answer: Blocked };
  readonly 'rate-limited': { readonly answer: Throttled };
  readonly 'not-checked': { readonly answer: NotAsked };
}

/** The name of a kind of finding. */
export type FindingKind = keyof Details;

/**
 * Why the finding may do no harm. A finding with a mitigation causes a warning and never a denial.
 * `on-node`: the pull policy is IfNotPresent, and a node already has the image.
 * `replacement`: the pull policy is IfNotPresent, another object controls this one, and a node may have the image.
 * `unmounted`: the image is for a volume that no container mounts.
 * `runtime`: some nodes have another container runtime or kubelet than the ones that Pullgate's rules come from.
 * `hidden`: the answer was 404, but the image may exist for a client with the node's credentials.
 * `some-nodes`: the pull fails only on some of the nodes that the pod may run on.
 * `secret-pending`: a pull secret that does not exist yet may fix it (see `missingSecret` in the config).
 * `controller`: the controller of a custom kind may use other pull secrets than the object shows.
 * `last-known`: the registry does not work, but it had the image when it last answered.
 * `unproven`: the host does not answer like a registry.
 * `other-host`: a mirror, or the mirrored registry, gave no definite answer.
 */
export type Mitigation =
  | 'on-node'
  | 'replacement'
  | 'unmounted'
  | 'runtime'
  | 'hidden'
  | 'some-nodes'
  | 'secret-pending'
  | 'controller'
  | 'last-known'
  | 'other-host'
  | 'unproven';

/** One thing that is wrong with a use of an image, or (without `use`) with the workload itself. */
export type Finding = {
  [K in FindingKind]: {
    readonly kind: K;
    readonly use?: ImageUse;
    /** The checked reference, after rewrites. Undefined if the name is invalid, or the finding has no image. */
    readonly reference?: ImageReference;
    readonly mitigation?: Mitigation;
    /** The nodes that it is about, if they are not all that the pod may run on. */
    readonly onNodes?: NodeNames;
  } & Details[K];
}[FindingKind];
