import { connectionMessages } from './messages-of-connections.ts';
import { imageMessages } from './messages-of-images.ts';
import { kubeletMessages } from './messages-of-kubelet.ts';
import { nodeMessages } from './messages-of-nodes.ts';
import { registryMessages } from './messages-of-registries.ts';
import type { MessagePattern } from './message-pattern.ts';
import type { PullCause, Speaker } from './pull-cause.ts';

/** Every known message. The first row that matches wins, so the exact rows come before the general ones. */
export const messagePatterns: readonly MessagePattern[] = [
  ...kubeletMessages,
  ...nodeMessages,
  ...imageMessages,
  ...connectionMessages,
  ...registryMessages,
];

/** Characters of a message that are read. An Event has at most 1,024; a container status may have much more. */
const maxLength = 8_192;

/** A message without what the kubelet puts before it. */
export interface PulledMessage {
  /** The image that the message names. It may be that of an image volume. */
  readonly image?: string;
  /** The error alone; empty if the message has none. */
  readonly error: string;
}

const wrappers: readonly RegExp[] = [
  /^\(combined from similar events\): (?<error>[^]*)$/,
  // Before 1.32, the message of a back-off has no error.
  /^Back-off pulling image "(?<image>[^"]{0,1024})"(?:: (?:ErrImagePull|RegistryUnavailable|SignatureValidationFailed): (?<error>[^]*))?$/,
  /^Failed to pull image "(?<image>[^"]{0,1024})": (?<error>[^]*)$/,
  /^rpc error: code = \w{1,30} desc = (?<error>[^]*)$/,
];

/**
 * Returns the error in a message of a container status or an Event. Mirrors kubernetes v1.36.3
 * pkg/kubelet/images/image_manager.go; `rpc error: code = … desc = ` is gRPC's.
 */
export function errorIn(message: string): PulledMessage {
  let image: string | undefined;
  let error = message.slice(0, maxLength).trim();
  for (const wrapper of wrappers) {
    const groups = wrapper.exec(error)?.groups;
    if (groups === undefined) continue;
    image ??= groups['image'];
    error = groups['error'] ?? '';
  }
  return { error, ...(image !== undefined && { image }) };
}

/** What CRI-O tells of the mirrors that it asked first. The registry itself, which comes after it, decides. */
const mirrors = /\(Mirrors also failed: [^]*\]\): /;

/**
 * Returns the cause that an error names. A registry may append words of its own on further lines, so those are read
 * only if the first line names nothing.
 */
export function causeOf(error: string): PullCause {
  const [first = '', ...others] = error.slice(0, maxLength).replace(mirrors, '').split('\n');
  return matched(first) ?? (others.length > 0 ? matched(others.join(' ')) : undefined) ?? 'unknown';
}

function matched(text: string): PullCause | undefined {
  return messagePatterns.find(({ pattern }) => pattern.test(text))?.cause;
}

const voices: readonly (readonly [Speaker, RegExp])[] = [
  ['docker', /Error response from daemon: |^Error: image .{1,300} not found/],
  [
    'cri-o',
    /initializing source docker:|reading manifest |pinging container registry |unable to (?:pull image or|try pulling possible) OCI artifact|short-name "|parsing image configuration: |from manifest list|fetching blob: |Source image rejected: |\/policy\.json"/,
  ],
  ['containerd', /failed to pull and unpack image |failed to resolve (?:image|reference)|failed to get sandbox image /],
];

/** Returns the container runtime that writes like this. Undefined if the error does not show it. */
export function speakerOf(error: string): Speaker | undefined {
  const text = error.slice(0, maxLength);
  return voices.find(([, pattern]) => pattern.test(text))?.[0];
}
