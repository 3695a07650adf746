import type { Failure, NotAsked, NotFound, Refused, Throttled, Unreachable, Unsupported } from './answer.ts';
import type { CredentialSource } from './keyring/credential.ts';
import type { UnusableReason } from './keyring/keyring.ts';
import type { ImageReference } from './image/image-reference.ts';
import type { ImageUse } from './workload/image-use.ts';
import type { Platform } from './image/platform.ts';

/** One credential that was tried, and what the registry said to it. */
export interface Attempt {
  /** Absent: nothing matched, the kubelet pulls anonymously. */
  readonly source?: CredentialSource;
  readonly answer: Failure;
}

/** A pull secret that gave nothing, and why: the cause behind many a refusal. */
export interface UnusedSecret {
  readonly secret: string;
  readonly from: 'pod' | 'service-account';
  readonly reason: 'missing' | 'unreadable' | UnusableReason;
  /** Keys of the secret's docker config are not shown: only the key that would match. */
  readonly wantedKey?: string;
}

/** What a finding of each kind knows beside the image that it speaks of. */
export interface Details {
  readonly 'invalid-image-name': { readonly reason: string; readonly suggestion?: string };
  readonly 'image-not-found': {
    readonly attempts: readonly Attempt[];
    readonly answer: NotFound;
    readonly unused: readonly UnusedSecret[];
    readonly nearestTags: readonly string[];
    /** Whether the registry may hide the image from those who may not see its repository. */
    readonly hidden: boolean;
  };
  readonly 'access-denied': {
    readonly attempts: readonly Attempt[];
    readonly answer: Refused;
    readonly unused: readonly UnusedSecret[];
  };
  readonly 'access-unknown': {
    readonly attempts: readonly Attempt[];
    readonly answer: Refused;
    readonly unused: readonly UnusedSecret[];
    /** Why the node may know more: a plugin that failed here, a pattern of node credentials, or incomplete knowledge. */
    readonly because: 'plugin' | 'pattern' | 'incomplete' | 'secret-unreadable';
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
    /** Absent: the manifest that the reference itself names. */
    readonly digest?: string;
    readonly answer: Failure;
  };
  readonly 'unsupported-manifest': { readonly answer: Unsupported };
  readonly 'never-pull-absent': { readonly nodes: number };
  readonly 'never-pull': { readonly nodes?: number };
  readonly 'latest-tag': { readonly written: 'no-tag' | 'latest' };
  readonly 'not-pinned': object;
  readonly 'registry-unknown-host': { readonly answer: Unreachable };
  readonly 'registry-untrusted': { readonly answer: Unreachable };
  readonly 'registry-unreachable': { readonly answer: Unreachable };
  readonly 'rate-limited': { readonly answer: Throttled };
  readonly 'not-checked': { readonly answer: NotAsked };
}

/** What can be wrong, by name. */
export type FindingKind = keyof Details;

/**
 * Why the pull may succeed all the same, though the finding stands: such a finding warns and never denies.
 * `on-node`: IfNotPresent, and a node holds the image. `unmounted`: an image volume that nothing mounts.
 * `runtime`: nodes run another runtime or kubelet than those that the rules were read from.
 * `hidden`: a 404 that may hide an image from those without the node's credentials.
 * `secret-pending`: a secret that is still to come (see `missingSecret` in the config) may mend it.
 * `last-known`: the registry is out, and the image was there when it last answered.
 * `some-nodes`: only some of the nodes that the pod may run on would fail.
 * `other-host`: a mirror of the registry, or what it mirrors, could not be asked.
 */
export type Mitigation =
  'on-node' | 'unmounted' | 'runtime' | 'hidden' | 'some-nodes' | 'secret-pending' | 'last-known' | 'other-host';

/** What was found wrong with one use of an image, or (without `use`) with the workload itself. */
export type Finding = {
  [K in FindingKind]: {
    readonly kind: K;
    readonly use?: ImageUse;
    /** What the registry was asked for, rewrites included; absent: the image is not a reference, or none is concerned. */
    readonly reference?: ImageReference;
    readonly mitigation?: Mitigation;
  } & Details[K];
}[FindingKind];
