import { LRUCache } from 'lru-cache';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { indexEntries, matchesAmong, type CredentialIndex } from '../engine/keyring/credential-index.ts';
import { covers, parsePattern } from '../engine/keyring/match-images.ts';
import type { NodeKeyring, PodIdentity } from '../engine/ports.ts';
import { untilAborted } from '../lib/wait.ts';
import { runPluginProcess } from './plugin-process.ts';
import { annotationsFor, pluginRequest, type Accounts, type PluginQuestion } from './plugin-request.ts';
import { readPluginResponse, type PluginResponse } from './plugin-response.ts';
import type { Provider } from './provider.ts';

/** What a plugin holds for one image. */
export type Provided =
  | { readonly kind: 'provided'; readonly index: CredentialIndex }
  | { readonly kind: 'failed'; readonly reason: NodeKeyring['undecided'][number]['reason'] };

export interface ProviderPlugin {
  readonly name: string;
  /** Whether the plugin is asked about an image name (`registry/repository`) at all. */
  covers(image: string): boolean;
  /** Rejects where `signal` aborts, and never else. */
  provide(image: string, pod: PodIdentity, signal: AbortSignal): Promise<Provided>;
}

export interface PluginOptions {
  /** Where the executables lie. */
  readonly binDir: string;
  /** What the plugins see of the environment, beside their own variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long a plugin may run, in ms: the kubelet grants a minute, an admission has less. */
  readonly timeoutMs: number;
  /** Absent: nothing is known of ServiceAccounts, and plugins that want to be told of them stay undecided. */
  readonly accounts?: Accounts;
}

const maxKept = 1_000;
const maxProcesses = 8;
const maxWaiting = 200;
/** Admissions come in bursts: an answer, and a failure, holds at least so long, in ms. */
const minKeptMs = 1_000;
const nothing: Provided = { kind: 'provided', index: indexEntries([]) };

/**
 * One exec plugin: asked once for many who want the same, remembered for as long as it says. Mirrors pluginProvider of
 * kubernetes pkg/credentialprovider/plugin/plugin.go.
 */
export function providerPlugin(provider: Provider, options: PluginOptions): ProviderPlugin {
  const patterns = provider.matchImages.flatMap((pattern) => parsePattern(pattern) ?? []);
  const kept = new LRUCache<string, Provided>({ max: maxKept });
  const running = new Map<string, Promise<Provided>>();
  const processes = pLimit(maxProcesses);

  async function ask(asked: PluginQuestion, keys: CacheKeys): Promise<Provided> {
    // The answer serves everybody who waits: no single caller's signal may end the request for it.
    const signal = AbortSignal.timeout(options.timeoutMs);
    const request = await pluginRequest(provider, asked, options.accounts, signal);
    if (request.kind === 'failed') return keep(keys.Image, request, minKeptMs);
    const end = await runPluginProcess({
      file: join(options.binDir, provider.name),
      args: provider.args,
      env: { ...options.env, ...provider.env },
      input: request.text,
      timeoutMs: options.timeoutMs,
    });
    if (end.kind === 'failed') return keep(keys.Image, end, minKeptMs);
    const response = readPluginResponse(end.output, provider.apiVersion);
    if (response === undefined) return keep(keys.Image, { kind: 'failed', reason: 'bad-answer' }, minKeptMs);
    const provided: Provided = { kind: 'provided', index: indexEntries(response.entries) };
    const ms = response.cacheMs ?? provider.defaultCacheMs;
    // What is not to be kept holds for its own image alone.
    if (ms > 0) keep(keys[response.cacheKeyType], provided, ms);
    return keep(keys.Image, provided, ms);
  }

  function keep(key: string, provided: Provided, ms: number): Provided {
    kept.set(key, provided, { ttl: Math.max(ms, minKeptMs) });
    return provided;
  }

  /** An answer for more than its image counts where it has something: nobody knows about which image a node asked first. */
  function known(image: string, keys: CacheKeys): Provided | undefined {
    const wider = kept.get(keys.Registry) ?? kept.get(keys.Global);
    return kept.get(keys.Image) ?? (wider !== undefined && holds(wider, image) ? wider : undefined);
  }

  return {
    name: provider.name,
    covers(image) {
      const name = parsePattern(image);
      return name !== undefined && patterns.some((pattern) => covers(pattern, name));
    },
    async provide(image, pod, signal) {
      const told = await annotationsFor(provider, pod, options.accounts, signal);
      if (told.kind === 'unwanted') return nothing;
      if (told.kind === 'failed') return told;
      const asked = { image, pod, annotations: told.annotations };
      const keys = cacheKeys(provider, asked);
      const remembered = known(image, keys);
      if (remembered !== undefined) return remembered;
      const started = running.get(keys.Image);
      if (started !== undefined) return untilAborted(started, signal);
      if (processes.pendingCount >= maxWaiting) return { kind: 'failed', reason: 'timeout' };
      const flight = processes(() => ask(asked, keys)).finally(() => running.delete(keys.Image));
      running.set(keys.Image, flight);
      return untilAborted(flight, signal);
    },
  };
}

function holds(provided: Provided, image: string): boolean {
  return provided.kind === 'provided' && matchesAmong([{ holder: undefined, index: provided.index }], image).length > 0;
}

type CacheKeys = Readonly<Record<PluginResponse['cacheKeyType'], string>>;

/** A plugin that is given a token answers for that ServiceAccount, as it is annotated, alone. */
function cacheKeys({ token }: Provider, { image, pod, annotations }: PluginQuestion): CacheKeys {
  const { namespace, serviceAccount } = pod;
  const holder = token === undefined ? [] : [namespace, serviceAccount, ...Object.entries(annotations).flat()];
  const key = (...scope: readonly string[]): string => JSON.stringify([...scope, ...holder]);
  return { Image: key('image', image), Registry: key('registry', image.split('/', 1)[0] ?? ''), Global: key('global') };
}
