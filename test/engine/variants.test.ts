import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BlobAnswer, Found, IndexEntry, ManifestAnswer } from '../../src/engine/answer.ts';
import { anonymous } from '../../src/engine/keyring/credential.ts';
import type { Finding } from '../../src/engine/finding.ts';
import type { ImageUse } from '../../src/engine/workload/image-use.ts';
import { parsePlatform } from '../../src/engine/image/platform.ts';
import { checkVariants } from '../../src/engine/variants.ts';
import * as answers from '../support/answers.ts';
import { fakePorts } from '../support/fake-ports.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';
const imageType = 'application/vnd.oci.image.manifest.v1+json';
const [indexDigest, first, second, config, layer] = ['0', '1', '2', 'c', 'd'].map(answers.digestOf) as [
  string,
  string,
  string,
  string,
  string,
];

const use: ImageUse = {
  kind: 'container',
  name: 'c',
  path: 'spec.containers[0].image',
  image: 'registry.example.com/app:1',
  pullPolicy: 'Always',
  needed: true,
};
const reference = { registry: 'registry.example.com', repository: 'app', tag: '1' };

function entry(digest: string, platform?: string, mediaType = imageType): IndexEntry {
  const parsed = platform === undefined ? undefined : parsePlatform(platform);
  return { mediaType, digest, ...(parsed !== undefined && { platform: parsed }) };
}

function index(...entries: readonly IndexEntry[]): ManifestAnswer {
  return { kind: 'index', entries };
}

const imageManifest: ManifestAnswer = {
  kind: 'image',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config },
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: layer }],
};

function present(platform: string): BlobAnswer {
  const parsed = parsePlatform(platform);
  return { kind: 'present', ...(parsed !== undefined && { platform: parsed }) };
}

interface Case {
  readonly it: string;
  /** Media type of the reference's own manifest. Default: an index. */
  readonly type?: string;
  readonly manifests: Readonly<Record<string, ManifestAnswer>>;
  readonly blobs?: Readonly<Record<string, BlobAnswer>>;
  /** Digests of the child manifests that the registry has. */
  readonly has?: readonly string[];
  /** Default: linux/amd64. */
  readonly nodes?: readonly string[];
  readonly tainted?: boolean;
  readonly deep?: boolean;
  readonly finds: readonly string[];
}

const cases: readonly Case[] = [
  {
    it: 'an index with a variant for the node, whose manifest exists',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64')) },
    has: [first],
    finds: [],
  },
  {
    it: 'an index with only amd64/v3, which an amd64 node does not use',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64/v3')) },
    has: [first],
    finds: ['no-matching-platform'],
  },
  {
    it: 'an index with only 386, which a new containerd does not fetch for an amd64 node, but an old one does',
    manifests: { [indexDigest]: index(entry(first, 'linux/386')) },
    has: [first],
    finds: ['no-matching-platform (runtime)'],
  },
  {
    it: 'an index of layers, as BuildKit pushes its cache',
    manifests: {
      [indexDigest]: index(entry(first, undefined, 'application/vnd.oci.image.layer.v1.tar+gzip')),
    },
    blobs: { [first]: { kind: 'present' } },
    finds: ['no-matching-platform'],
  },
  {
    it: 'a config that lists another number of layers, with deep',
    type: imageType,
    manifests: { [indexDigest]: imageManifest },
    blobs: { [config]: { kind: 'present', layers: 2 }, [layer]: { kind: 'present' } },
    deep: true,
    finds: ['image-incomplete config'],
  },
  {
    it: 'an index without a variant for some of the nodes',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64')) },
    has: [first],
    nodes: ['linux/amd64', 'linux/arm64'],
    finds: ['no-matching-platform (some-nodes)'],
  },
  {
    it: 'an empty index',
    manifests: { [indexDigest]: index() },
    finds: ['no-matching-platform'],
  },
  {
    it: 'an entry without a platform, whose config names the platform of the node',
    manifests: { [indexDigest]: index(entry(first)), [first]: imageManifest },
    blobs: { [config]: present('linux/amd64') },
    has: [first],
    finds: [],
  },
  {
    it: 'an entry with a wrong platform, which the node does not verify',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64')), [first]: imageManifest },
    blobs: { [config]: present('linux/arm64') },
    has: [first],
    finds: [],
  },
  {
    it: 'a missing manifest that the node needs',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64')) },
    finds: ['image-incomplete child'],
  },
  {
    it: 'a missing manifest that only other nodes need',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64'), entry(second, 'linux/arm64')) },
    has: [first],
    finds: [],
  },
  {
    it: 'a nested index, whose manifest exists',
    manifests: {
      [indexDigest]: index(entry(first, 'linux/amd64', indexType)),
      [first]: index(entry(second, 'linux/amd64')),
    },
    has: [second],
    finds: [],
  },
  {
    it: 'an index that no longer exists',
    manifests: { [indexDigest]: answers.notFound },
    finds: ['image-incomplete manifest'],
  },
  {
    it: 'a single manifest for another architecture, which is pulled but cannot run',
    type: imageType,
    manifests: { [indexDigest]: imageManifest },
    blobs: { [config]: present('linux/arm64') },
    finds: ['wrong-platform'],
  },
  {
    it: 'a single manifest whose config names no platform',
    type: imageType,
    manifests: { [indexDigest]: imageManifest },
    blobs: { [config]: { kind: 'present' } },
    finds: [],
  },
  {
    it: 'a missing layer without deep, which is not checked',
    type: imageType,
    manifests: { [indexDigest]: imageManifest },
    blobs: { [config]: present('linux/amd64') },
    finds: [],
  },
  {
    it: 'a missing layer with deep',
    type: imageType,
    manifests: { [indexDigest]: imageManifest },
    blobs: { [config]: present('linux/amd64') },
    deep: true,
    finds: ['image-incomplete layer'],
  },
  {
    it: 'an encrypted layer, for which the nodes may have the key',
    type: imageType,
    manifests: {
      [indexDigest]: {
        ...imageManifest,
        layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted', digest: layer }],
      },
    },
    blobs: { [config]: present('linux/amd64'), [layer]: { kind: 'present' } },
    finds: ['image-incomplete layer (runtime)'],
  },
  {
    it: 'an image without layers',
    type: imageType,
    manifests: { [indexDigest]: { ...imageManifest, layers: [] } },
    blobs: { [config]: present('linux/amd64') },
    deep: true,
    finds: [],
  },
  {
    it: 'a registry that limits requests for the manifest',
    type: imageType,
    manifests: { [indexDigest]: answers.throttled },
    finds: ['rate-limited'],
  },
];

function summaryOf(finding: Finding): string {
  const part = finding.kind === 'image-incomplete' ? ` ${finding.part}` : '';
  return `${finding.kind}${part}${finding.mitigation === undefined ? '' : ` (${finding.mitigation})`}`;
}

describe('checkVariants of', () => {
  for (const {
    it,
    type = indexType,
    finds,
    nodes = ['linux/amd64'],
    tainted = false,
    deep = false,
    ...world
  } of cases) {
    test(it, async () => {
      const { manifests, blobs = {}, has = [] } = world;
      const images = Object.fromEntries(has.map((digest) => [`app@${digest}`, answers.found]));
      const { ports } = fakePorts({ images, manifests, blobs });
      const question = { runtime: 'containerd', reference, credential: anonymous } as const;
      const image = { registry: ports.registry, question, use, signal: new AbortController().signal };
      const found: Found = { kind: 'found', mediaType: type, digest: indexDigest };
      const wanted = nodes.flatMap((node) => parsePlatform(node) ?? []);
      const findings = await checkVariants(image, found, { wanted, tainted, readConfig: true, deep });
      assert.deepEqual(findings.map(summaryOf), finds);
    });
  }
});
