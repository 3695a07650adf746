import { publicRegistry } from '../support/registries.ts';
import type { ServerScript } from '../support/scripted-registry/script.ts';
import { testImages, type ImageCase } from './support/image-case.ts';
import { manifestReply } from './support/manifest-reply.ts';

/** Serves the image with changed headers. */
function served(headers: Record<string, string>, omitHeaders: readonly string[] = []): ServerScript {
  return manifestReply({ serve: true, setHeaders: headers, omitHeaders });
}

const headers: readonly ImageCase[] = [
  {
    it: 'F48 without a digest in HEAD, the manifest is read',
    registry: publicRegistry(
      manifestReply({ serve: true, omitHeaders: ['Docker-Content-Digest'] }, { method: 'HEAD' }),
    ),
    allowed: true,
    findings: [],
    requests: ['registry HEAD nobody 200', 'registry GET nobody 200'],
  },
  {
    it: 'F48 without a length in HEAD, the manifest is read',
    registry: publicRegistry(manifestReply({ serve: true, omitHeaders: ['Content-Length'] }, { method: 'HEAD' })),
    allowed: true,
    findings: [],
  },
  {
    it: 'F48 without digest, length and type, the manifest is not supported',
    registry: publicRegistry(served({}, ['Docker-Content-Digest', 'Content-Length', 'Content-Type'])),
    allowed: false,
    findings: ['unsupported-manifest: no-media-type'],
  },
  {
    it: 'F48 an invalid digest is a protocol error',
    registry: publicRegistry(served({ 'Docker-Content-Digest': 'sha256:../../etc/passwd' })),
    allowed: true,
    findings: ['registry-unreachable: protocol'],
  },
];

const schema1 = 'application/vnd.docker.distribution.manifest.v1';
const manifest = 'application/vnd.oci.image.manifest.v1+json';

const contents: readonly ImageCase[] = [
  ...[`${schema1}+json`, `${schema1}+prettyjws`, 'text/plain; charset=utf-8'].map((type): ImageCase => ({
    it: `F66 a manifest with the type ${type} is schema 1`,
    registry: publicRegistry(served({ 'Content-Type': type })),
    allowed: false,
    findings: ['unsupported-manifest: schema1'],
  })),
  {
    it: 'F67 parameters of a content type are ignored',
    registry: publicRegistry(served({ 'Content-Type': `${manifest}; charset=utf-8` })),
    allowed: true,
    findings: [],
  },
  ...['text/html', 'application/json', 'application/octet-stream', 'x'].map((type): ImageCase => ({
    it: `F67 a manifest with the type ${type} is not an image`,
    registry: publicRegistry(served({ 'Content-Type': type })),
    allowed: false,
    findings: ['unsupported-manifest: media-type'],
  })),
  {
    it: 'F67 a manifest with another digest is incomplete',
    registry: publicRegistry(manifestReply({ serve: true, flip: true }, { method: 'GET' })),
    settings: { deep: true },
    allowed: true,
    findings: ['image-incomplete: digest-mismatch'],
  },
  {
    it: 'F67 a manifest with another length is incomplete',
    registry: publicRegistry(manifestReply({ serve: true, truncate: 10 }, { method: 'GET' })),
    settings: { deep: true },
    allowed: true,
    findings: ['image-incomplete: length-mismatch'],
  },
];

testImages([...headers, ...contents]);
