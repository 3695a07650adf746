import type { Answer, BlobAnswer, Descriptor, Failure, Found, ManifestAnswer, NotAsked } from '../../engine/answer.ts';
import type { Question, Registry } from '../../engine/ports.ts';
import { fingerprint } from '../login/fingerprint.ts';
import { createMemory, type MemoryOptions } from './memory.ts';

export interface CacheOptions extends MemoryOptions {
  /** How long an answer about a digest is good, in ms: the content cannot change, only vanish. */
  readonly digestTtlMs: number;
  /** How long a tag's answer is good, in ms. */
  readonly tagTtlMs: number;
  /** How long after its time a success may stand in for a registry that is out, in ms. */
  readonly staleMs: number;
}

type Manifest = Exclude<ManifestAnswer, Failure>;
type Blob = Exclude<BlobAnswer, Failure>;

/**
 * `registry` with a memory: one ask at a time for one image and credential, successes repeated for a while,
 * failures not, and the last success in place of a registry that is out — marked stale, so that it still warns.
 * Keys hold the credential's fingerprint: nobody learns what another may pull. Anonymous answers are everyone's.
 */
export function cachedRegistry(registry: Registry, options: CacheOptions): Registry {
  const answers = createMemory<Found>('resolve', descriptorBytes, options);
  const manifests = createMemory<Manifest>('manifest', manifestBytes, options);
  const blobs = createMemory<Blob>('blob', () => 200, options);

  function standIn(key: string, ttlMs: number, answer: Answer): Found | undefined {
    if (!isOut(answer)) return undefined;
    const last = answers.last(key, ttlMs + options.staleMs);
    if (last === undefined) return undefined;
    options.onEvent?.('stale', 'resolve');
    return { ...last, stale: answer };
  }

  return {
    async resolve(question, signal) {
      const { digest, tag = '' } = question.reference;
      // As the kubelet does: where a digest is written, the tag beside it is not asked for.
      const key = keyOf(question, digest ?? tag);
      const ttlMs = digest === undefined ? options.tagTtlMs : options.digestTtlMs;
      const answer = await answers.ask(key, ttlMs, (own) => registry.resolve(question, own), signal);
      return standIn(key, ttlMs, answer) ?? answer;
    },
    manifest(question, descriptor, signal) {
      const key = keyOf(question, contentKey(descriptor));
      return manifests.ask(key, options.digestTtlMs, (own) => registry.manifest(question, descriptor, own), signal);
    },
    blob(question, descriptor, read, signal) {
      const key = keyOf(question, `${contentKey(descriptor)} ${read}`);
      return blobs.ask(key, options.digestTtlMs, (own) => registry.blob(question, descriptor, read, own), signal);
    },
  };
}

/** The fingerprint stands last and holds no space, so that no text before it can make one key look like another's. */
function keyOf({ reference, credential }: Question, what: string): string {
  return `${reference.registry} ${reference.repository} ${what} ${fingerprint(credential)}`;
}

/** Two manifests may claim another type or length of the same digest: each claim is checked on its own. */
function contentKey({ digest, size, mediaType }: Descriptor): string {
  return `${digest} ${size ?? ''} ${mediaType}`;
}

/** Of the reasons not to ask, those that pass; the others are the guard's, and no old answer overrules them. */
const passing: Readonly<Record<NotAsked['reason'], boolean>> = {
  breaker: true,
  overload: true,
  deadline: true,
  loopback: false,
  address: false,
  realm: false,
  'insecure-realm': false,
  redirect: false,
};

function isOut(answer: Answer): answer is NonNullable<Found['stale']> {
  if (answer.kind === 'not-asked') return passing[answer.reason];
  return answer.kind === 'unreachable' || answer.kind === 'throttled';
}

function descriptorBytes({ digest, mediaType }: Descriptor): number {
  return 150 + digest.length + mediaType.length;
}

function manifestBytes(manifest: Manifest): number {
  const descriptors = manifest.kind === 'index' ? manifest.entries : [manifest.config, ...manifest.layers];
  return descriptors.reduce<number>((bytes, descriptor) => bytes + descriptorBytes(descriptor), 100);
}
