import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence } from '../../src/engine/answer.ts';
import type { Reply } from '../../src/registry/ask.ts';
import { descriptorOf, maxManifestBytes } from '../../src/registry/descriptor-of.ts';
import { configPlatform, readManifest } from '../../src/registry/read-manifest.ts';

const evidence: Evidence = { host: 'r.example.com', asked: 'manifest', method: 'HEAD' };
const index = 'application/vnd.oci.image.index.v1+json';
const image = 'application/vnd.oci.image.manifest.v1+json';
const digest = `sha256:${'a'.repeat(64)}`;
const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

const heads: readonly (readonly [it: string, headers: Record<string, string>, is: string])[] = [
  ['an image', { 'content-type': image, 'content-length': '7', 'docker-content-digest': digest }, 'found'],
  [
    'parameters of the content type',
    { 'content-type': `${index};charset=utf-8`, 'content-length': '7', 'docker-content-digest': digest },
    'found',
  ],
  ['no digest', { 'content-type': image, 'content-length': '7' }, 'unclear'],
  ['no length', { 'content-type': image, 'docker-content-digest': digest }, 'unclear'],
  [
    'a digest that is none',
    { 'content-type': image, 'content-length': '7', 'docker-content-digest': 'sha256:1' },
    'protocol',
  ],
  ['no content type', { 'content-length': '7', 'docker-content-digest': digest }, 'no-media-type'],
  ['plain text', { 'content-type': 'text/plain', 'content-length': '7', 'docker-content-digest': digest }, 'schema1'],
  ['a web page', { 'content-type': 'text/html', 'content-length': '7', 'docker-content-digest': digest }, 'media-type'],
  ['no bytes', { 'content-type': image, 'content-length': '0', 'docker-content-digest': digest }, 'empty'],
  [
    'as much as containerd takes',
    { 'content-type': image, 'content-length': `${maxManifestBytes}`, 'docker-content-digest': digest },
    'found',
  ],
  [
    'a byte more',
    { 'content-type': image, 'content-length': `${maxManifestBytes + 1}`, 'docker-content-digest': digest },
    'too-large',
  ],
];

for (const [it, headers, is] of heads) {
  test(`HEAD with ${it} is ${is}`, () => {
    const reply: Reply = {
      kind: 'reply',
      status: 200,
      method: 'HEAD',
      headers,
      body: bytes(''),
      cut: false,
      elsewhere: false,
    };
    const answer = descriptorOf(reply, undefined, evidence);
    assert.equal('reason' in answer ? answer.reason : answer.kind, is);
  });
}

const entry = { mediaType: image, digest, size: 7 };
const linux = { os: 'linux', architecture: 'amd64' };

const contents: readonly (readonly [it: string, type: string, content: unknown, is: unknown])[] = [
  [
    'an index',
    index,
    { manifests: [{ ...entry, platform: { ...linux, 'os.version': '1' } }] },
    [{ ...entry, platform: linux }],
  ],
  ['an entry without platform', index, { manifests: [entry] }, [entry]],
  [
    'an entry of a real platform that is annotated as an attestation, which a node takes all the same',
    index,
    {
      manifests: [{ ...entry, platform: linux, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }],
    },
    [{ ...entry, platform: linux }],
  ],
  [
    'an entry with a platform that says nothing',
    index,
    { manifests: [{ ...entry, platform: {} }] },
    [{ ...entry, platform: { os: '', architecture: '' } }],
  ],
  [
    'an entry that demands features',
    index,
    { manifests: [{ ...entry, platform: { ...linux, 'os.features': ['sse4'] } }] },
    [{ ...entry, platform: { os: 'linux(+sse4)', architecture: 'amd64' } }],
  ],
  [
    'an attestation by platform',
    index,
    { manifests: [{ ...entry, platform: { os: 'unknown', architecture: 'unknown' } }] },
    [],
  ],
  ['an entry without digest', index, { manifests: [{ mediaType: image }] }, []],
  ['an index without list', index, { manifests: null }, []],
  ['a nested index', index, { manifests: [{ ...entry, mediaType: index }] }, [{ ...entry, mediaType: index }]],
  ['an image', image, { config: entry, layers: [entry, entry] }, { config: entry, layers: [entry, entry] }],
  ['an image without layers', image, { config: entry }, { config: entry, layers: [] }],
  ['an image without config', image, { layers: [entry] }, 'not-a-manifest'],
  ['an image with an empty config', image, { config: { ...entry, size: 0 } }, 'not-a-manifest'],
  ['a list', image, [], 'not-a-manifest'],
  ['a web page', image, '<html>', 'not-a-manifest'],
];

for (const [it, type, content, is] of contents) {
  test(`${it} is read`, () => {
    const answer = readManifest(bytes(content), type, evidence);
    if (answer.kind === 'index') assert.deepEqual(answer.entries, is);
    else if (answer.kind === 'image') assert.deepEqual({ config: answer.config, layers: answer.layers }, is);
    else assert.equal('reason' in answer && answer.reason, is);
  });
}

test('a platform is words, not whatever a config holds', () => {
  assert.deepEqual(configPlatform(bytes({ ...linux, variant: 'v8' })), { ...linux, variant: 'v8' });
  assert.equal(configPlatform(bytes({ os: '\u001b[31m', architecture: { x: 1 } })), undefined);
  assert.equal(configPlatform(bytes('nonsense')), undefined);
});
