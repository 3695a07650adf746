import { LRUCache } from 'lru-cache';
import { type Failure, isFailure, type UnreachableReason } from '../../engine/answer.ts';
import type { Registry } from '../../engine/ports.ts';
import { decorateEach, type PortAnswer } from './decorate-each.ts';
import { createNewHosts, type NewHostsOptions } from './new-hosts.ts';

/** How the answers say less to a pod creator, who could learn from them what listens at which address. */
export interface DiscreetOptions {
  /** Whether a host has a private address. */
  readonly isPrivate: (host: string) => boolean;
  /** Whether the operator named a host, so that it is no secret. */
  readonly isNamed: (host: string) => boolean;
  /** Called with each cause that is kept back, such as `timeout` or `not-found 404`. */
  readonly onConcealed: (registry: string, cause: string) => void;
}

/** How many registries are remembered as such. */
const maxProven = 10_000;

/**
 * Returns `registry` for pod creators who must not probe the network with it. A host that never answered as a registry
 * is unproven, unless the operator named it. Each namespace may ask for only some new ones in a window of time; beyond
 * that, the answer is `not-asked`. If an unproven host has a private address, its failure becomes `unproven-host`,
 * without the status and the cause.
 */
export function discreetRegistry(registry: Registry, options: DiscreetOptions & NewHostsOptions): Registry {
  const { isPrivate, isNamed, onConcealed } = options;
  const proven = new LRUCache<string, true>({ max: maxProven });
  const newHosts = createNewHosts(options);

  return decorateEach(registry, async ({ reference, namespace }, call, signal) => {
    const host = reference.registry;
    const isKnown = proven.get(host) === true || isNamed(host);
    if (!isKnown && namespace !== undefined && !newHosts.mayAsk(namespace, host)) {
      return { kind: 'not-asked', reason: 'new-registries', host };
    }
    const answer = await call(signal);
    if (provesRegistry(answer)) proven.set(host, true);
    if (isKnown || proven.has(host) || !isPrivate(host)) return answer;
    const telling = tellingFailure(answer);
    if (telling === undefined) return answer;
    onConcealed(host, causeOf(telling));
    return { kind: 'unreachable', reason: 'unproven-host', evidence: { host, asked: 'manifest', method: 'HEAD' } };
  });
}

/** Only a registry gives these answers. What has other media types can be any web service. */
function provesRegistry(answer: PortAnswer): boolean {
  if (answer.kind === 'not-found' || answer.kind === 'refused') return answer.unproven !== true;
  if (answer.kind === 'unsupported') return answer.reason === 'schema1';
  return answer.kind !== 'unreachable' && answer.kind !== 'not-asked' && answer.kind !== 'throttled';
}

/** Whether a reason tells what listens at an address, or that nothing does. */
const isTelling: Readonly<Record<UnreachableReason, boolean>> = {
  'connection-refused': true,
  reset: true,
  timeout: true,
  'tls-untrusted': true,
  'tls-expired': true,
  'tls-wrong-host': true,
  'tls-failed': true,
  'plain-http': true,
  'server-error': true,
  'token-answer': true,
  'web-page': true,
  protocol: true,
  'dns-not-found': false,
  'dns-failed': false,
  proxy: false,
  'unproven-host': false,
};

/** Returns the failure that must not be told to a pod creator. Undefined if the answer has none. */
function tellingFailure(answer: PortAnswer): Failure | undefined {
  if (!isFailure(answer) || provesRegistry(answer)) return undefined;
  if (answer.kind === 'unreachable') return isTelling[answer.reason] ? answer : undefined;
  if (answer.kind !== 'not-asked') return answer.kind === 'throttled' ? undefined : answer;
  if (answer.reason === 'redirect') return answer;
  return answer.because === undefined ? undefined : tellingFailure(answer.because);
}

function causeOf(failure: Failure): string {
  const reason = 'reason' in failure ? failure.reason : failure.kind;
  const status = 'evidence' in failure ? failure.evidence.status : undefined;
  return status === undefined ? reason : `${reason} ${status}`;
}
