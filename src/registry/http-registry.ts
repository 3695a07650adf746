import type { Evidence, Failure, Unreachable } from '../engine/answer.ts';
import type { RuntimeKind } from '../engine/nodes/runtime-kind.ts';
import type { Question, Registry, Tags } from '../engine/ports.ts';
import { type AddressRules, createAddressGuard } from './network/address-guard.ts';
import { createAuthorize } from './login/authorize.ts';
import { containersImageLogin } from './login/login.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { bodyMemory } from './network/body.ts';
import { withoutEcho } from './echo.ts';
import { createFairGate } from '../lib/fair-gate.ts';
import { discreetSend, type DiscreetSendOptions } from './discreet-send.ts';
import { createDispatchers, type Dispatchers, type DispatcherOptions } from './network/dispatchers.ts';
import { createDns, type ResolveHost } from './network/dns.ts';
import { createExchange } from './exchange.ts';
import { observedSend, type Observer } from './network/observed-send.ts';
import type { Purpose, TargetOptions } from './hosts/targets.ts';
import { containerdManners } from './manners/containerd.ts';
import { crioManners } from './manners/cri-o/manners.ts';
import { createCrioClient } from './manners/cri-o/request.ts';
import type { ContainersSettings } from './manners/cri-o/options.ts';
import type { Manners, Targets } from './manners/manners.ts';
import type { ProxySettings } from './network/proxy.ts';
import { rememberWhy } from './remember-why.ts';
import { createRequest } from './request.ts';
import { containerdPauses } from './retry.ts';
import { createIsRegistry } from './registry-marks.ts';
import { listTags } from './tags.ts';
import { createTokens } from './login/token-cache.ts';
import { privateRanges, watchPrivateHosts } from './network/private-hosts.ts';
import { createSend, type Send } from './network/transport.ts';

/** Time limits for the parts of a request. */
export interface Timeouts {
  /** Time to connect, including DNS and TLS, in ms. */
  readonly connectMs: number;
  /** Time from the request to the end of the response headers, in ms. */
  readonly headersMs: number;
}

/**
 * Time limit for a whole body, in ms. Connecting and headers decide a pull, and must fit into the deadline of a review.
 * A body that is still arriving is worth a longer wait.
 */
const defaultBodyMs = 10_000;

/** Time limit between two parts of a body, in ms. */
const defaultStallMs = 3000;

/** The maximum number of large bodies of one namespace that wait for room. */
const maxWaitingBodies = 256;

/** The settings of the operator. `clock` and `resolveHost` are for tests. */
export interface HttpRegistryOptions
  extends Omit<TargetOptions, 'connectMs'>, Observer, Pick<DispatcherOptions, 'onConnections'> {
  /** `pullgate/VERSION`. */
  readonly userAgent: string;
  /** The files of nodes with CRI-O. Undefined if they are not known. */
  readonly containers?: ContainersSettings;
  /** Exceptions to the built-in rules of the address guard. */
  readonly addresses: AddressRules;
  /** Hosts of token endpoints that may get the credentials of a registry in another domain. */
  readonly realmHosts: readonly string[];
  readonly timeouts: Timeouts;
  readonly proxy: ProxySettings;
  /** A 429 is retried once if it asks to wait no longer than this, in ms. Default: 0. */
  readonly maxRetryAfterMs?: number;
  /** Time limit for a whole body, in ms. Default: 10 seconds. */
  readonly bodyMs?: number;
  /** Set if the answers go to pod creators, who must not probe the network: see discreet-send.ts. */
  readonly onConcealed?: DiscreetSendOptions['onConcealed'];
  readonly clock?: Clock;
  readonly resolveHost?: ResolveHost;
  /** Replaces the network. */
  readonly send?: Send;
}

/** The registry client, as the ports that it implements. */
export interface HttpRegistry {
  readonly registry: Registry;
  readonly tags: Tags;
  /** Whether a host, with or without a port, has a private address. Known after a request to it. */
  readonly isPrivate: (host: string) => boolean;
  /** Closes all connections. Requests that are still running fail. */
  close(): Promise<void>;
}

/**
 * Returns the registry client: the `Registry` and `Tags` ports over undici. It sends the requests that containerd's
 * resolver and fetcher send, but refuses some addresses and token endpoints (see network/address-guard.ts and
 * login/realm.ts). It has no cache, limit or breaker: those are in decorators/.
 */
export function createHttpRegistry(options: HttpRegistryOptions): HttpRegistry {
  const { userAgent, clock = systemClock } = options;
  const { connectMs, headersMs } = options.timeouts;
  const { bodyMs = defaultBodyMs } = options;
  const { allowed = [], denied = [] } = options.addresses;
  // Less than the connect timeout, so that a dead name server is reported as such and not as a dead registry.
  const resolver = options.resolveHost ?? createDns({ timeoutMs: connectMs * 0.8 });
  const { resolveHost, isPrivate } = watchPrivateHosts(resolver, allowed);

  const { onConnections } = options;
  const dispatcherOptions = {
    resolveHost,
    headersMs,
    stallMs: Math.min(bodyMs, defaultStallMs),
    ...(onConnections && { onConnections }),
  };
  const bodies = createFairGate({ places: () => bodyMemory, maxWaiting: maxWaitingBodies });

  function sending(rules: AddressRules): { readonly dispatchers: Dispatchers; readonly send: Send } {
    const guard = createAddressGuard(rules);
    const dispatchers = createDispatchers({ ...dispatcherOptions, guard });
    const { proxy } = options;
    const unobserved = options.send ?? createSend({ dispatchers, guard, proxy, headersMs, bodyMs, bodies });
    const send = observedSend(unobserved, options, clock);
    const { onConcealed, realmHosts } = options;
    return { dispatchers, send: onConcealed ? discreetSend(send, { isPrivate, realmHosts, onConcealed }) : send };
  }

  const { dispatchers, send } = sending(options.addresses);
  const toPublic = sending({ allowed, denied: [...denied, ...privateRanges] });
  const tokens = createTokens(send, toPublic.send, clock);
  const exchange = createExchange(send, userAgent);
  const isRegistry = createIsRegistry(exchange, clock);
  const loginOptions = { tokens, realmHosts: options.realmHosts, userAgent, isPrivate };
  // By default, retry a 429 only if it asks for no wait: quotas exist to prevent storms of retries.
  const { maxRetryAfterMs = 0 } = options;
  const authorize = createAuthorize(loginOptions);
  const crioClient = createCrioClient({
    exchange,
    authorize: createAuthorize({ ...loginOptions, login: containersImageLogin }),
    maxRetryAfterMs,
    clock,
  });
  const request = createRequest({ exchange, authorize, pauses: containerdPauses(maxRetryAfterMs) });
  const older = createRequest({ exchange, authorize, pauses: containerdPauses(maxRetryAfterMs, new Set()) });
  const why = rememberWhy({ exchange, isRegistry }, clock);
  const targetOptions = { ...options, connectMs };
  const containerd = containerdManners({ request, isRegistry, why }, targetOptions);
  const manners: Readonly<Record<RuntimeKind, Manners>> = {
    containerd,
    'containerd-1': containerdManners({ request: older, isRegistry, why }, targetOptions),
    k3s: containerd,
    'cri-o': crioManners(crioClient, targetOptions),
    docker: containerd,
  };

  /** Calls `ask` with the hosts that the runtime would ask, if there are any. */
  async function ofRuntime<T>(
    question: Question,
    purpose: Purpose,
    ask: (manners: Manners, targets: Targets) => Promise<T>,
  ): Promise<T | Failure> {
    const ofThisRuntime = manners[question.runtime];
    const targets = await ofThisRuntime.targets(question, purpose);
    if ('kind' in targets) return targets;
    const [first, ...rest] = targets;
    return first === undefined ? noHost(question) : ask(ofThisRuntime, [first, ...rest]);
  }

  return {
    registry: {
      async resolve(question, signal) {
        const purpose = question.reference.digest === undefined ? 'tag' : 'digest';
        const answer = await ofRuntime(question, purpose, (as, targets) => as.resolve(question, targets, signal));
        return withoutEcho(answer, question.credential, evidenceFor(question));
      },
      async manifest(question, descriptor, signal) {
        const answer = await ofRuntime(question, 'digest', (as, targets) => as.manifest(descriptor, targets, signal));
        return withoutEcho(answer, question.credential, evidenceFor(question));
      },
      blob: (question, descriptor, read, signal) =>
        ofRuntime(question, 'digest', (as, targets) => as.blob(descriptor, read, targets, signal)),
    },
    tags: {
      async tags(question, signal) {
        const list = await ofRuntime(question, 'tag', (_as, targets) => listTags(request, targets, signal));
        return 'kind' in list ? [] : list;
      },
    },
    isPrivate,
    close: async () => void (await Promise.all([dispatchers.close(), toPublic.dispatchers.close()])),
  };
}

/** The failure if hosts.toml leaves no host to contact. It is inconclusive, because no registry was asked. */
function noHost(question: Question): Unreachable {
  return { kind: 'unreachable', reason: 'protocol', evidence: evidenceFor(question) };
}

function evidenceFor({ reference }: Question): Evidence {
  return { host: reference.registry, asked: 'manifest', method: 'HEAD' };
}
