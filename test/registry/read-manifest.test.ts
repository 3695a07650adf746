import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Evidence } from '../../src/engine/answer.ts';
import type { Reply } from '../../src/registry/ask.ts';
import { descriptorOf, maxManifestBytes } from '../../src/registry/descriptor-of.ts';
import { readConfig, readManifest } from '../../src/registry/read-manifest.ts';

const evidence: Evidence = { host: 'r.example.com', asked: 'manifest', method: 'HEAD' };
const index = 'application/vnd.oci.image.index.v1+json';
const image = 'application/vnd.oci.image.manifest.v1+json';
const digest = `sha256:${'a'.repeat(64)}`;
/** More values than are looked at. */
const manyValues = Object.fromEntries(Array.from({ length: 30_001 }, (_, at) => [`k${at}`, 'v']));
const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

const heads: readonly (readonly [name: string, headers: Record<string, string>, expected: string])[] = [
  ['an image', { 'content-type': image, 'content-length': '7', 'docker-content-digest': digest }, 'found'],
  [
    'a content type with parameters',
    { 'content-type': `${index};charset=utf-8`, 'content-length': '7', 'docker-content-digest': digest },
    'found',
  ],
  ['no digest header', { 'content-type': image, 'content-length': '7' }, 'unclear'],
  ['no content length', { 'content-type': image, 'docker-content-digest': digest }, 'unclear'],
  [
    'a malformed digest',
    { 'content-type': image, 'content-length': '7', 'docker-content-digest': 'sha256:1' },
    'protocol',
  ],
  ['no content type', { 'content-length': '7', 'docker-content-digest': digest }, 'no-media-type'],
  ['plain text', { 'content-type': 'text/plain', 'content-length': '7', 'docker-content-digest': digest }, 'schema1'],
  ['a web page', { 'content-type': 'text/html', 'content-length': '7', 'docker-content-digest': digest }, 'media-type'],
  ['a content length of 0', { 'content-type': image, 'content-length': '0', 'docker-content-digest': digest }, 'empty'],
  [
    'the maximum length of containerd',
    { 'content-type': image, 'content-length': `${maxManifestBytes}`, 'docker-content-digest': digest },
    'found',
  ],
  [
    'one byte above the maximum length',
    { 'content-type': image, 'content-length': `${maxManifestBytes + 1}`, 'docker-content-digest': digest },
    'too-large',
  ],
];

describe('descriptorOf a reply to HEAD', () => {
  for (const [name, headers, expected] of heads) {
    test(`${name}: ${expected}`, () => {
      const reply: Reply = {
        kind: 'reply',
        status: 200,
        method: 'HEAD',
        headers,
        body: bytes(''),
        cut: false,
      };
      const answer = descriptorOf(reply, undefined, evidence);
      assert.equal('reason' in answer ? answer.reason : answer.kind, expected);
    });
  }
});

const entry = { mediaType: image, digest, size: 7 };
const windows = { os: 'windows', architecture: 'amd64' };
const linux = { os: 'linux', architecture: 'amd64' };

const contents: readonly (readonly [name: string, type: string, content: unknown, expected: unknown])[] = [
  [
    'reads an index',
    index,
    { manifests: [{ ...entry, platform: { ...linux, 'os.version': '1' } }] },
    [{ ...entry, platform: linux }],
  ],
  ['reads an entry without a platform', index, { manifests: [entry] }, [entry]],
  [
    'keeps an entry that is an attestation only by its annotation, like a node',
    index,
    {
      manifests: [{ ...entry, platform: linux, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }],
    },
    [{ ...entry, platform: linux }],
  ],
  [
    'keeps an entry with an empty platform',
    index,
    { manifests: [{ ...entry, platform: {} }] },
    [{ ...entry, platform: { os: '', architecture: '' } }],
  ],
  [
    'reads an entry that requires OS features',
    index,
    { manifests: [{ ...entry, platform: { ...linux, 'os.features': ['win32k', 's3cret'] } }] },
    [{ ...entry, platform: { os: 'linux(+win32k+?)', architecture: 'amd64' } }],
  ],
  [
    'replaces words that are not part of any platform',
    index,
    { manifests: [{ ...entry, platform: { os: 's3cret', architecture: 's3cret', variant: 's3cret' } }] },
    [{ ...entry, platform: { os: '?', architecture: '?', variant: '?' } }],
  ],
  [
    'keeps the spelling of a platform that nodes understand',
    index,
    { manifests: [{ ...entry, platform: { os: 'Linux', architecture: 'aarch64', variant: 'v8.1' } }] },
    [{ ...entry, platform: { os: 'Linux', architecture: 'aarch64', variant: 'v8.1' } }],
  ],
  [
    'ignores the feature win32k, which every Windows node has',
    index,
    { manifests: [{ ...entry, platform: { ...windows, 'os.features': ['win32k'] } }] },
    [{ ...entry, platform: windows }],
  ],
  [
    'reads the version of Windows',
    index,
    { manifests: [{ ...entry, platform: { ...windows, 'os.version': '10.0.20348.2227' } }] },
    [{ ...entry, platform: { ...windows, osVersion: '10.0.20348.2227' } }],
  ],
  [
    'drops an entry that is an attestation by its platform',
    index,
    { manifests: [{ ...entry, platform: { os: 'unknown', architecture: 'unknown' } }] },
    [],
  ],
  ['drops an entry without a digest', index, { manifests: [{ mediaType: image }] }, []],
  ['reads an index without a list', index, { manifests: null }, []],
  ['reads a nested index', index, { manifests: [{ ...entry, mediaType: index }] }, [{ ...entry, mediaType: index }]],
  ['reads an image', image, { config: entry, layers: [entry, entry] }, { config: entry, layers: [entry, entry] }],
  ['reads an image without layers', image, { config: entry }, { config: entry, layers: [] }],
  ['rejects an image without a config', image, { layers: [entry] }, 'not-a-manifest'],
  ['rejects an image with a config of 0 bytes', image, { config: { ...entry, size: 0 } }, 'not-a-manifest'],
  ['rejects a list', image, [], 'not-a-manifest'],
  ['rejects a web page', image, '<html>', 'not-a-manifest'],
  [
    'reads an image with a long annotation',
    image,
    { config: entry, annotations: { note: 'x'.repeat(4_000_000) } },
    { config: entry, layers: [] },
  ],
  ['does not look into an image with many values', image, { config: entry, annotations: manyValues }, 'limit'],
  ['does not look into an index with many values', index, { manifests: [], annotations: manyValues }, 'limit'],
];

describe('readManifest', () => {
  for (const [name, type, content, expected] of contents) {
    test(name, () => {
      const answer = readManifest(bytes(content), type, evidence);
      if (answer.kind === 'index') assert.deepEqual(answer.entries, expected);
      else if (answer.kind === 'image') assert.deepEqual({ config: answer.config, layers: answer.layers }, expected);
      else assert.equal('reason' in answer && answer.reason, expected);
    });
  }
});

describe('readConfig', () => {
  test('does not look into a config with many values', () => {
    assert.deepEqual(readConfig(bytes({ ...linux, history: Object.keys(manyValues) })), {});
  });
  test('reads the platform of a config, and how many layers it lists', () => {
    const platform = { ...linux, variant: 'v8' };
    const config = { ...platform, rootfs: { diff_ids: ['sha256:a', 'sha256:b'] } };
    assert.deepEqual(readConfig(bytes(config)), { platform, layers: 2 });
  });

  test('replaces values that are not part of any platform', () => {
    const platform = { os: '?', architecture: '' };
    assert.deepEqual(readConfig(bytes({ os: '\u001b[31m', architecture: { x: 1 } })), { platform, layers: 0 });
  });

  test('reads nothing from a config that is not JSON', () => assert.deepEqual(readConfig(bytes('nonsense')), {}));
});
