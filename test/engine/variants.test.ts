import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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

const image: ManifestAnswer = {
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
  /** `index` unless it is a single manifest. */
  readonly type?: string;
  readonly manifests: Readonly<Record<string, ManifestAnswer>>;
  readonly blobs?: Readonly<Record<string, BlobAnswer>>;
  /** Digests of child manifests that the registry has. */
  readonly has?: readonly string[];
  /** linux/amd64 unless it says otherwise. */
  readonly nodes?: readonly string[];
  readonly deep?: boolean;
  readonly finds: readonly string[];
}

const cases: readonly Case[] = [
  {
    it: 'an index with the variant of the node, whose child is there',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64')) },
    has: [first],
    finds: [],
  },
  {
    it: 'an index for amd64/v3 alone, which no plain amd64 node takes',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64/v3')) },
    has: [first],
    finds: ['no-matching-platform'],
  },
  {
    it: 'an index for 386, which an amd64 node takes',
    manifests: { [indexDigest]: index(entry(first, 'linux/386')) },
    has: [first],
    finds: [],
  },
  {
    it: 'an index without a variant for some of the nodes',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64')) },
    has: [first],
    nodes: ['linux/amd64', 'linux/arm64'],
    finds: ['no-matching-platform (some-nodes)'],
  },
  {
    it: 'an index of nothing',
    manifests: { [indexDigest]: index() },
    finds: ['no-matching-platform'],
  },
  {
    it: 'an entry without a platform, which is taken for what its config says',
    manifests: { [indexDigest]: index(entry(first)), [first]: image },
    blobs: { [config]: present('linux/amd64') },
    has: [first],
    finds: [],
  },
  {
    it: 'an entry that lies about its platform: the node believes it',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64')), [first]: image },
    blobs: { [config]: present('linux/arm64') },
    has: [first],
    finds: [],
  },
  {
    it: 'a missing child that the node needs',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64')) },
    finds: ['image-incomplete child'],
  },
  {
    it: 'a missing child that only other nodes need',
    manifests: { [indexDigest]: index(entry(first, 'linux/amd64'), entry(second, 'linux/arm64')) },
    has: [first],
    finds: [],
  },
  {
    it: 'a nested index, whose child is there',
    manifests: {
      [indexDigest]: index(entry(first, 'linux/amd64', indexType)),
      [first]: index(entry(second, 'linux/amd64')),
    },
    has: [second],
    finds: [],
  },
  {
    it: 'an index that is no index any more',
    manifests: { [indexDigest]: answers.notFound },
    finds: ['image-incomplete manifest'],
  },
  {
    it: 'a single manifest of another architecture: it is pulled, and dies later',
    type: imageType,
    manifests: { [indexDigest]: image },
    blobs: { [config]: present('linux/arm64') },
    finds: ['wrong-platform'],
  },
  {
    it: 'a single manifest that names no platform',
    type: imageType,
    manifests: { [indexDigest]: image },
    blobs: { [config]: { kind: 'present' } },
    finds: [],
  },
  {
    it: 'a missing layer, at the ordinary depth',
    type: imageType,
    manifests: { [indexDigest]: image },
    blobs: { [config]: present('linux/amd64') },
    finds: [],
  },
  {
    it: 'a missing layer, looked for',
    type: imageType,
    manifests: { [indexDigest]: image },
    blobs: { [config]: present('linux/amd64') },
    deep: true,
    finds: ['image-incomplete layer'],
  },
  {
    it: 'an image without layers',
    type: imageType,
    manifests: { [indexDigest]: { ...image, layers: [] } },
    blobs: { [config]: present('linux/amd64') },
    deep: true,
    finds: [],
  },
  {
    it: 'a registry that is out when a part is asked for',
    type: imageType,
    manifests: { [indexDigest]: answers.throttled },
    finds: ['rate-limited'],
  },
];

function told(finding: Finding): string {
  const part = finding.kind === 'image-incomplete' ? ` ${finding.part}` : '';
  return `${finding.kind}${part}${finding.mitigation === undefined ? '' : ` (${finding.mitigation})`}`;
}

describe('below the reference stands', () => {
  for (const { it: sentence, type = indexType, finds, nodes = ['linux/amd64'], deep = false, ...world } of cases) {
    it(sentence, async () => {
      const { manifests, blobs = {}, has = [] } = world;
      const images = Object.fromEntries(has.map((digest) => [`app@${digest}`, answers.found]));
      const { ports } = fakePorts({ images, manifests, blobs });
      const question = { reference, credential: anonymous };
      const reached = { registry: ports.registry, question, use, signal: new AbortController().signal };
      const found: Found = { kind: 'found', mediaType: type, digest: indexDigest };
      const wanted = nodes.flatMap((node) => parsePlatform(node) ?? []);
      const findings = await checkVariants(reached, found, { wanted, readConfig: true, deep });
      assert.deepEqual(findings.map(told), finds);
    });
  }
});
