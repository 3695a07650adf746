import type { Answer, BlobAnswer, Descriptor, Failure, Found, ManifestAnswer, NotAsked } from '../../engine/answer.ts';
import type { Question, Registry } from '../../engine/ports.ts';
import { createMemory, type MemoryOptions } from './memory.ts';
import { contentKey, imageKey } from './question-key.ts';

/** How long answers are cached. */
export interface CacheOptions extends MemoryOptions {
  /** How long a success for a digest is valid, in ms. The content can be deleted, but cannot change. */
  readonly digestTtlMs: number;
  /** How long a success for a tag is valid, in ms. */
  readonly tagTtlMs: number;
  /** How long an expired success may still replace the answer of a registry with an outage, in ms. */
  readonly staleMs: number;
}

type Manifest = Exclude<ManifestAnswer, Failure>;
type Blob = Exclude<BlobAnswer, Failure>;

/**
 * Returns `registry` with a cache. Concurrent calls of a namespace for the same image and credential share one call.
 * Successes are cached, most failures are not. During an outage of the registry, the last success is returned and marked
 * as `stale`, so that it still causes a warning. A key contains the fingerprint of the credential, so that one
 * credential never gets the answers for another.
 */
export function cachedRegistry(registry: Registry, options: CacheOptions): Registry {
  const answers = createMemory<Found>('resolve', descriptorBytes, options);
  const manifests = createMemory<Manifest>('manifest', manifestBytes, options);
  const blobs = createMemory<Blob>('blob', () => 200, options);

  function staleAnswer(key: string, ttlMs: number, answer: Answer): Found | undefined {
    if (!mayUseStale(answer)) return undefined;
    const last = answers.last(key, ttlMs + options.staleMs);
    if (last === undefined) return undefined;
    options.onEvent?.('stale', 'resolve');
    return { ...last, stale: answer };
  }

  return {
    async resolve(question, signal) {
      const key = imageKey(question);
      const ttlMs = question.reference.digest === undefined ? options.tagTtlMs : options.digestTtlMs;
      let quota: Found['limited'];
      const call = async (shared: AbortSignal): Promise<Answer> => {
        const answer = await registry.resolve(question, shared);
        if (answer.kind !== 'found' || answer.limited === undefined) return answer;
        // A quota changes all the time, so it is not cached.
        const { limited, ...found } = answer;
        quota = limited;
        return found;
      };
      const answer = await answers.getOrCall(groupOf(question), key, ttlMs, call, signal);
      const known = staleAnswer(key, ttlMs, answer) ?? answer;
      return quota !== undefined && known.kind === 'found' ? { ...known, limited: quota } : known;
    },
    manifest(question, descriptor, signal) {
      const key = contentKey(question, descriptor);
      const call = (shared: AbortSignal): Promise<ManifestAnswer> => registry.manifest(question, descriptor, shared);
      return manifests.getOrCall(groupOf(question), key, options.digestTtlMs, call, signal);
    },
    blob(question, descriptor, read, signal) {
      const key = contentKey(question, descriptor, read);
      const call = (shared: AbortSignal): Promise<BlobAnswer> => registry.blob(question, descriptor, read, shared);
      return blobs.getOrCall(groupOf(question), key, options.digestTtlMs, call, signal);
    },
  };
}

/** Calls wait for a place by their namespace, so those of another namespace do not join them (see sharedRegistry). */
function groupOf({ namespace = '' }: Question): string {
  return namespace;
}

/**
 * Whether a reason not to contact the registry is temporary. The other reasons are for security, and a stale answer
 * must not replace them.
 */
const isTemporary: Readonly<Record<NotAsked['reason'], boolean>> = {
  breaker: true,
  overload: true,
  deadline: true,
  loopback: false,
  address: false,
  realm: false,
  'private-realm': false,
  'new-registries': true,
  'insecure-realm': false,
  redirect: false,
  'redirect-login': false,
  limit: false,
  signature: false,
  'node-files': false,
  'short-name': false,
  'node-login': false,
  'other-credential': false,
  bug: false,
};

function mayUseStale(answer: Answer): answer is NonNullable<Found['stale']> {
  if (answer.kind === 'not-asked') return isTemporary[answer.reason];
  return answer.kind === 'unreachable' || answer.kind === 'throttled';
}

function descriptorBytes({ digest, mediaType }: Descriptor): number {
  return 150 + digest.length + mediaType.length;
}

function manifestBytes(manifest: Manifest): number {
  const descriptors = manifest.kind === 'index' ? manifest.entries : [manifest.config ?? [], manifest.layers].flat();
  return descriptors.reduce<number>((bytes, descriptor) => bytes + descriptorBytes(descriptor), 100);
}
