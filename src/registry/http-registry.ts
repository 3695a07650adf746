/**
 * The room of the registry client: images are asked for as containerd's resolver and fetcher ask, and nobody is told
 * more than they are owed. `decorators/` beside it holds what makes the same port fit for the path of every Pod.
 */
import type { Unreachable } from '../engine/answer.ts';
import type { Question, Registry, Tags } from '../engine/ports.ts';
import { type AddressRules, createAddressGuard } from './network/address-guard.ts';
import { createAuthorize } from './login/authorize.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { fetchBlob, fetchManifest } from './content.ts';
import { createDispatchers } from './network/dispatchers.ts';
import { createDns, type ResolveHost } from './network/dns.ts';
import { createExchange } from './exchange.ts';
import { observedSend, type Observer } from './network/observed-send.ts';
import type { Target } from './ask.ts';
import { targetsFor, type Purpose, type TargetOptions } from './hosts/targets.ts';
import type { ProxySettings } from './network/proxy.ts';
import { createRequest } from './request.ts';
import { resolve } from './resolve.ts';
import { listTags } from './tags.ts';
import { createTokens } from './login/token-cache.ts';
import { createSend } from './network/transport.ts';

/** How long each part of a request may take. */
export interface Timeouts {
  /** To connect, look-up and TLS included, in ms. */
  readonly connectMs: number;
  /** From the request to the end of the response's headers, in ms. */
  readonly headersMs: number;
}

/**
 * For a whole body, in ms. Connection and headers decide a pull, and fit into the deadline of a review; a body that is
 * still on its way is worth more.
 */
const defaultBodyMs = 10_000;

/** What an operator decides about how registries are asked, and what tests put in place of the world. */
export interface HttpRegistryOptions extends Omit<TargetOptions, 'connectMs'>, Observer {
  /** `pullgate/VERSION`. */
  readonly userAgent: string;
  /** Addresses and ranges that may or may not be dialled, whatever the address guard says by itself. */
  readonly addresses: AddressRules;
  /** Hosts of token endpoints that credentials may be sent to, although they are not the registry's own. */
  readonly realmHosts: readonly string[];
  readonly timeouts: Timeouts;
  readonly proxy: ProxySettings;
  /** A 429 is asked again once where it asks to wait no longer than this, in ms. */
  readonly maxRetryAfterMs?: number;
  /** For a whole body, in ms. */
  readonly bodyMs?: number;
  readonly clock?: Clock;
  readonly resolveHost?: ResolveHost;
}

/** The client, as the ports that it serves. */
export interface HttpRegistry {
  readonly registry: Registry;
  readonly tags: Tags;
  /** Ends all connections; what is under way fails. */
  close(): Promise<void>;
}

/**
 * The registry client: the `Registry` port over undici, without memory of answers, limits or breaker, which decorate
 * it. It asks as containerd's resolver and fetcher do, and follows fewer ways: see the address guard and the realm.
 */
export function createHttpRegistry(options: HttpRegistryOptions): HttpRegistry {
  const { userAgent, clock = systemClock } = options;
  const { connectMs, headersMs } = options.timeouts;
  const { bodyMs = defaultBodyMs } = options;
  const guard = createAddressGuard(options.addresses);
  // Less than connecting takes, so that a dead name server is told from a dead registry.
  const resolveHost = options.resolveHost ?? createDns({ timeoutMs: connectMs * 0.8 });
  const dispatchers = createDispatchers({ guard, resolveHost, headersMs, bodyMs });
  const bare = createSend({ dispatchers, guard, proxy: options.proxy, headersMs, bodyMs });
  const send = observedSend(bare, options, clock);
  const tokens = createTokens(send, clock);
  const exchange = createExchange(send, userAgent);
  const request = createRequest({
    exchange,
    authorize: createAuthorize({ tokens, realmHosts: options.realmHosts, userAgent }),
    // Only where it asks for no wait at all: a storm of retries is what quotas are against.
    maxRetryAfterMs: options.maxRetryAfterMs ?? 0,
  });
  const targetOptions: TargetOptions = { ...options, connectMs };

  function targetsOf(question: Question, purpose: Purpose): Promise<readonly Target[]> {
    return targetsFor(question, purpose, targetOptions);
  }

  return {
    registry: {
      async resolve(question, signal) {
        const purpose = question.reference.digest === undefined ? 'tag' : 'digest';
        const asked = await targetsOf(question, purpose);
        return (await resolve({ request, exchange }, question.reference, asked, signal)) ?? noHost(question);
      },
      async manifest(question, descriptor, signal) {
        const asked = await targetsOf(question, 'digest');
        return (await fetchManifest(request, descriptor, asked, signal)) ?? noHost(question);
      },
      async blob(question, descriptor, read, signal) {
        const asked = await targetsOf(question, 'digest');
        return (await fetchBlob(request, descriptor, read, asked, signal)) ?? noHost(question);
      },
    },
    tags: {
      tags: async (question, signal) => listTags(request, await targetsOf(question, 'tag'), signal),
    },
    close: () => dispatchers.close(),
  };
}

/** The hosts.toml leaves nobody to ask: no registry said anything of the image. */
function noHost({ reference }: Question): Unreachable {
  const evidence = { host: reference.registry, asked: 'manifest', method: 'HEAD' } as const;
  return { kind: 'unreachable', reason: 'protocol', evidence };
}
