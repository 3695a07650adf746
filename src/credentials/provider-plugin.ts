import { LRUCache } from 'lru-cache';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { indexEntries, type CredentialIndex } from '../engine/keyring/credential-index.ts';
import { matchesAmong } from '../engine/keyring/credential-matcher.ts';
import { covers, parsePattern } from '../engine/keyring/match-images.ts';
import type { NodeKeyring, PodIdentity } from '../engine/ports.ts';
import { untilAborted } from '../lib/wait.ts';
import { runPluginProcess } from './plugin-process.ts';
import { annotationsFor, pluginRequest, type Accounts, type PluginQuestion } from './plugin-request.ts';
import { readPluginResponse, type PluginResponse } from './plugin-response.ts';
import type { Provider } from './provider.ts';

/** The result of asking a plugin about one image. */
export type Provided =
  | { readonly kind: 'provided'; readonly index: CredentialIndex }
  | { readonly kind: 'failed'; readonly reason: NodeKeyring['undecided'][number]['reason'] };

export interface ProviderPlugin {
  readonly name: string;
  /** Whether the plugin's `matchImages` cover an image name (`registry/repository`). */
  covers(image: string): boolean;
  /** Asks the plugin, or answers from the cache. Rejects only if `signal` aborts. */
  provide(image: string, pod: PodIdentity, signal: AbortSignal): Promise<Provided>;
}

export interface PluginOptions {
  /** The plugin folder, which contains the executables. */
  readonly binDir: string;
  /** Environment of the plugins, in addition to their configured variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Time limit of a plugin, in ms. The kubelet allows a minute; an admission request has less time. */
  readonly timeoutMs: number;
  /** If absent, a plugin that needs ServiceAccount data fails with `token`. */
  readonly accounts?: Accounts;
}

const maxCached = 1_000;
const maxProcesses = 8;
const maxWaiting = 200;
/** Shortest time in the cache, in ms, also for failures, because admission requests come in bursts. */
const minCacheMs = 1_000;
const noCredentials: Provided = { kind: 'provided', index: indexEntries([]) };

/**
 * An exec plugin. Concurrent callers with the same question share one run, and the answer is cached for as long as the
 * plugin says, at least 1 s. Mirrors pluginProvider of kubernetes v1.36.3 pkg/credentialprovider/plugin/plugin.go.
 */
export function providerPlugin(provider: Provider, options: PluginOptions): ProviderPlugin {
  const patterns = provider.matchImages.flatMap((pattern) => parsePattern(pattern) ?? []);
  const cache = new LRUCache<string, Provided>({ max: maxCached });
  const running = new Map<string, Promise<Provided>>();
  const processes = pLimit(maxProcesses);

  async function ask(question: PluginQuestion, keys: CacheKeys): Promise<Provided> {
    // Several callers may wait for this answer, so the signal of one caller must not end it.
    const signal = AbortSignal.timeout(options.timeoutMs);
    const request = await pluginRequest(provider, question, options.accounts, signal);
    if (request.kind === 'failed') return store(keys.Image, request, minCacheMs);
    const end = await runPluginProcess({
      file: join(options.binDir, provider.name),
      args: provider.args,
      env: { ...options.env, ...provider.env },
      input: request.text,
      timeoutMs: options.timeoutMs,
    });
    if (end.kind === 'failed') return store(keys.Image, end, minCacheMs);
    const response = readPluginResponse(end.output, provider.apiVersion);
    if (response === undefined) return store(keys.Image, { kind: 'failed', reason: 'bad-answer' }, minCacheMs);
    const provided: Provided = { kind: 'provided', index: indexEntries(response.entries) };
    const ms = response.cacheMs ?? provider.defaultCacheMs;
    // An answer with a cache duration of 0 must not be used for other images.
    if (ms > 0) store(keys[response.cacheKeyType], provided, ms);
    return store(keys.Image, provided, ms);
  }

  function store(key: string, provided: Provided, ms: number): Provided {
    cache.set(key, provided, { ttl: Math.max(ms, minCacheMs) });
    return provided;
  }

  /**
   * The cached answer for an image. An answer for a registry or for all images is used only if it has credentials for
   * the image, because the node may have asked about another image first and then has another answer in its cache.
   */
  function cachedFor(image: string, keys: CacheKeys): Provided | undefined {
    const wider = cache.get(keys.Registry) ?? cache.get(keys.Global);
    return cache.get(keys.Image) ?? (wider !== undefined && hasCredentials(wider, image) ? wider : undefined);
  }

  return {
    name: provider.name,
    covers(image) {
      const name = parsePattern(image);
      return name !== undefined && patterns.some((pattern) => covers(pattern, name));
    },
    async provide(image, pod, signal) {
      const account = await annotationsFor(provider, pod, options.accounts, signal);
      if (account.kind === 'skipped') return noCredentials;
      if (account.kind === 'failed') return account;
      const question = { image, pod, annotations: account.annotations };
      const keys = cacheKeys(provider, question);
      const cached = cachedFor(image, keys);
      if (cached !== undefined) return cached;
      const joined = running.get(keys.Image);
      if (joined !== undefined) return untilAborted(joined, signal);
      if (processes.pendingCount >= maxWaiting) return { kind: 'failed', reason: 'timeout' };
      const started = processes(() => ask(question, keys)).finally(() => running.delete(keys.Image));
      running.set(keys.Image, started);
      return untilAborted(started, signal);
    },
  };
}

function hasCredentials(provided: Provided, image: string): boolean {
  return provided.kind === 'provided' && matchesAmong([{ holder: undefined, index: provided.index }], image).length > 0;
}

type CacheKeys = Readonly<Record<PluginResponse['cacheKeyType'], string>>;

/** If a plugin gets a token, its answer is cached for that ServiceAccount and its annotations only. */
function cacheKeys({ token }: Provider, { image, pod, annotations }: PluginQuestion): CacheKeys {
  const { namespace, serviceAccount } = pod;
  const account = token === undefined ? [] : [namespace, serviceAccount, ...Object.entries(annotations).flat()];
  const key = (...scope: readonly string[]): string => JSON.stringify([...scope, ...account]);
  return { Image: key('image', image), Registry: key('registry', image.split('/', 1)[0] ?? ''), Global: key('global') };
}
