import { digestOf } from './scripted-registry/blobs.ts';
import type { BlobScript, RegistryScript, RepositoryScript, ServerScript } from './scripted-registry/script.ts';

/** The user whom the registries of the tests accept. */
export const alice = { username: 'alice', password: 's3cret' } as const;

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** The parts of a script for one image: blobs, and a repository that serves them. */
export interface ImageScript {
  readonly blobs: Readonly<Record<string, BlobScript>>;
  readonly repository: RepositoryScript;
}

/** A complete image for one platform with the tag `v1`. Its blobs are `manifest`, `config` and `layer`. */
export function smallImage(architecture = 'amd64', os = 'linux'): ImageScript {
  const layer = 'not really a tar';
  const config = JSON.stringify({ architecture, os, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: types.layer, digest: digestOf(layer), size: layer.length }],
  });
  return {
    blobs: { manifest: { text: manifest }, config: { text: config }, layer: { text: layer } },
    repository: { tags: { v1: 'manifest' }, manifests: { manifest: types.manifest }, blobs: ['config', 'layer'] },
  };
}

/**
 * An index of linux images for `architectures` with the tag `v1`. The blobs of an image have its architecture as a
 * prefix.
 */
export function smallIndex(...architectures: readonly string[]): ImageScript {
  const images = architectures.map((architecture) => ({ architecture, ...smallImage(architecture) }));
  const blobs = Object.fromEntries(
    images.flatMap(({ architecture, blobs }) =>
      Object.entries(blobs).map(([key, blob]) => [`${architecture}-${key}`, blob] as const),
    ),
  );
  const entries = images.map(({ architecture, blobs }) => {
    const text = blobs['manifest']?.text ?? '';
    return {
      mediaType: types.manifest,
      digest: digestOf(text),
      size: text.length,
      platform: { architecture, os: 'linux' },
    };
  });
  return {
    blobs: {
      ...blobs,
      index: { text: JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests: entries }) },
    },
    repository: {
      tags: { v1: 'index' },
      manifests: {
        index: types.index,
        ...Object.fromEntries(architectures.map((architecture) => [`${architecture}-manifest`, types.manifest])),
      },
      blobs: Object.keys(blobs).filter((key) => !key.endsWith('-manifest')),
    },
  };
}

/** A registry that serves `team/app:v1` without credentials. `change` overrides fields of the server. */
export function publicRegistry(change: ServerScript = {}, image: ImageScript = smallImage()): RegistryScript {
  return {
    blobs: image.blobs,
    servers: { registry: { repositories: { 'team/app': image.repository }, ...change } },
  };
}

/** The same registry with Basic authentication; only alice may pull. */
export function basicRegistry(change: ServerScript = {}, image?: ImageScript): RegistryScript {
  return publicRegistry({ auth: { scheme: 'basic', users }, ...change }, image);
}

/** The same registry with a token endpoint. An anonymous token gives no access. */
export function bearerRegistry(change: ServerScript = {}, image?: ImageScript): RegistryScript {
  return publicRegistry({ auth: { scheme: 'bearer', users }, token: { users }, ...change }, image);
}

const users = { [alice.username]: { password: alice.password } };

const { text: manifest = '' } = smallImage().blobs['manifest'] ?? {};

/** The response headers to a HEAD request for the manifest of `smallImage`, for servers without a script. */
export const manifestHeaders = {
  'content-type': types.manifest,
  'content-length': String(manifest.length),
  'docker-content-digest': digestOf(manifest),
} as const;

/** The text of a docker config with one entry, as in a pull secret. */
export function dockerConfigJson(key: string, { username, password }: { username: string; password: string } = alice) {
  return JSON.stringify({ auths: { [key]: { auth: Buffer.from(`${username}:${password}`).toString('base64') } } });
}
