import { publicRegistry } from '../support/registries.ts';
import type { ServerScript } from '../support/scripted-registry/script.ts';
import { testImages, type ImageCase } from './image-case.ts';
import { says } from './says.ts';

/** The image with other headers than it should have. */
function served(headers: Record<string, string>, omitHeaders: readonly string[] = []): ServerScript {
  return says({ serve: true, setHeaders: headers, omitHeaders });
}

const headers: readonly ImageCase[] = [
  {
    it: 'F48 without a digest the manifest tells',
    registry: publicRegistry(says({ serve: true, omitHeaders: ['Docker-Content-Digest'] }, { method: 'HEAD' })),
    allowed: true,
    told: [],
    seen: ['registry HEAD nobody 200', 'registry GET nobody 200'],
  },
  {
    it: 'F48 without a length it tells too',
    registry: publicRegistry(says({ serve: true, omitHeaders: ['Content-Length'] }, { method: 'HEAD' })),
    allowed: true,
    told: [],
  },
  {
    it: 'F48 without digest, length and type nobody can tell what it is',
    registry: publicRegistry(served({}, ['Docker-Content-Digest', 'Content-Length', 'Content-Type'])),
    allowed: false,
    told: ['unsupported-manifest: no-media-type'],
  },
  {
    it: 'F48 a digest that is none is no answer of a registry',
    registry: publicRegistry(served({ 'Docker-Content-Digest': 'sha256:../../etc/passwd' })),
    allowed: true,
    told: ['registry-unreachable: protocol'],
  },
];

const schema1 = 'application/vnd.docker.distribution.manifest.v1';
const manifest = 'application/vnd.oci.image.manifest.v1+json';

const contents: readonly ImageCase[] = [
  ...[`${schema1}+json`, `${schema1}+prettyjws`, 'text/plain; charset=utf-8'].map((type): ImageCase => ({
    it: `F66 what comes as ${type} is schema 1`,
    registry: publicRegistry(served({ 'Content-Type': type })),
    allowed: false,
    told: ['unsupported-manifest: schema1'],
  })),
  {
    it: 'F67 a content type with parameters is what stands before them',
    registry: publicRegistry(served({ 'Content-Type': `${manifest}; charset=utf-8` })),
    allowed: true,
    told: [],
  },
  ...['text/html', 'application/json', 'application/octet-stream', 'x'].map((type): ImageCase => ({
    it: `F67 what comes as ${type} is no image`,
    registry: publicRegistry(served({ 'Content-Type': type })),
    allowed: false,
    told: ['unsupported-manifest: media-type'],
  })),
  {
    it: 'F67 a manifest that is not what its digest says is no image',
    registry: publicRegistry(says({ serve: true, flip: true }, { method: 'GET' })),
    settings: { deep: true },
    allowed: true,
    told: ['image-incomplete: digest-mismatch'],
  },
  {
    it: 'F67 nor is one of another length',
    registry: publicRegistry(says({ serve: true, truncate: 10 }, { method: 'GET' })),
    settings: { deep: true },
    allowed: true,
    told: ['image-incomplete: length-mismatch'],
  },
];

testImages([...headers, ...contents]);
