import { digestOf } from './scripted-registry/blobs.ts';
import type { BlobScript, RegistryScript, RepositoryScript, ServerScript } from './scripted-registry/script.ts';

/** Whom the registries of the tests let in. */
export const alice = { username: 'alice', password: 's3cret' } as const;

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** Contents and the repository that offers them: what a script needs for one image. */
export interface ImageScript {
  readonly blobs: Readonly<Record<string, BlobScript>>;
  readonly repository: RepositoryScript;
}

/** A complete image of one platform, tagged `v1`; its contents are `manifest`, `config` and `layer`. */
export function smallImage(architecture = 'amd64', os = 'linux'): ImageScript {
  const config = JSON.stringify({ architecture, os, rootfs: { type: 'layers', diff_ids: [] } });
  const layer = 'not really a tar';
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

/** An index over images of linux on `architectures`, tagged `v1`; the contents of each are prefixed by its name. */
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

/** A registry that holds `team/app:v1` and gives it to anybody; `change` is what the server does otherwise. */
export function publicRegistry(change: ServerScript = {}, image: ImageScript = smallImage()): RegistryScript {
  return {
    blobs: image.blobs,
    servers: { registry: { repositories: { 'team/app': image.repository }, ...change } },
  };
}

/** The same for those only who bring alice's password. */
export function basicRegistry(change: ServerScript = {}, image?: ImageScript): RegistryScript {
  return publicRegistry({ auth: { scheme: 'basic', users }, ...change }, image);
}

/** The same behind a token endpoint; strangers get tokens that open nothing. */
export function bearerRegistry(change: ServerScript = {}, image?: ImageScript): RegistryScript {
  return publicRegistry({ auth: { scheme: 'bearer', users }, token: { users }, ...change }, image);
}

const users = { [alice.username]: { password: alice.password } };

const { text: manifest = '' } = smallImage().blobs['manifest'] ?? {};

/** What a registry says of that image to a HEAD, for servers that no script describes. */
export const manifestHeaders = {
  'content-type': types.manifest,
  'content-length': String(manifest.length),
  'docker-content-digest': digestOf(manifest),
} as const;

/** A docker config with one entry, as a pull secret's text holds it. */
export function dockerConfigJson(key: string, { username, password }: { username: string; password: string } = alice) {
  return JSON.stringify({ auths: { [key]: { auth: Buffer.from(`${username}:${password}`).toString('base64') } } });
}
