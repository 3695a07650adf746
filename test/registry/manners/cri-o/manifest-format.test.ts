import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatOf, isUsable, type ManifestFormat } from '../../../../src/registry/manners/cri-o/manifest-format.ts';

const oci = 'application/vnd.oci.image.manifest.v1+json';

describe('formatOf', () => {
  const cases: readonly (readonly [contentType: string | undefined, format: ManifestFormat])[] = [
    [oci, 'image'],
    [oci.toUpperCase(), 'image'],
    [` ${oci} ; charset=utf-8`, 'image'],
    [`${oci};charset="utf-8";`, 'image'],
    [`${oci}; charset`, 'schema1'],
    ['application/vnd.oci.image.index.v1+json', 'index'],
    ['application/vnd.docker.distribution.manifest.list.v2+json', 'list'],
    ['application/vnd.docker.distribution.manifest.v2+json', 'docker-image'],
    ['application/json', 'schema1'],
    ['text/plain', 'schema1'],
    [undefined, 'schema1'],
  ];
  for (const [contentType, format] of cases) {
    test(`takes ${contentType ?? 'no type'} for ${format}`, () => assert.equal(formatOf(contentType), format));
  }
});

const config = { mediaType: 'application/vnd.oci.image.config.v1+json' };
const docker = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerLayer = { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' };
const schema1 = { schemaVersion: 1, fsLayers: [{}], history: [{ v1Compatibility: '{}' }] };

interface Case {
  readonly name: string;
  readonly format: ManifestFormat;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly usable: boolean;
}

const cases: readonly Case[] = [
  { name: 'an image', format: 'image', manifest: { config, layers: [] }, usable: true },
  { name: 'an image without layers', format: 'image', manifest: { config, layers: null }, usable: true },
  { name: 'an image whose layers are no list', format: 'image', manifest: { config, layers: {} }, usable: false },
  { name: 'an image with manifests', format: 'image', manifest: { config, manifests: [] }, usable: false },
  { name: 'an image with MANIFESTS', format: 'image', manifest: { config, MANIFESTS: [] }, usable: false },
  { name: 'an image without a config', format: 'image', manifest: { layers: [] }, usable: false },
  {
    name: 'an OCI image with a config of Docker',
    format: 'image',
    manifest: { config: { mediaType: 'application/vnd.docker.container.image.v1+json' } },
    usable: false,
  },
  { name: 'an artifact by its config', format: 'image', manifest: { config: { mediaType: 'a/b' } }, usable: true },
  { name: 'an artifact by its type', format: 'image', manifest: { artifactType: 'a/b' }, usable: true },
  {
    name: 'a Docker image',
    format: 'docker-image',
    manifest: { mediaType: docker, layers: [dockerLayer] },
    usable: true,
  },
  { name: 'a Docker image without a type', format: 'docker-image', manifest: { layers: [] }, usable: false },
  {
    name: 'a Docker image with a layer of OCI',
    format: 'docker-image',
    manifest: { mediaType: docker, layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }] },
    usable: false,
  },
  { name: 'an index', format: 'index', manifest: { manifests: [] }, usable: true },
  { name: 'an index with null layers', format: 'index', manifest: { manifests: [], layers: null }, usable: true },
  { name: 'an index with layers', format: 'index', manifest: { manifests: [], layers: [] }, usable: false },
  { name: 'a list with a config', format: 'list', manifest: { manifests: [], config }, usable: false },
  { name: 'schema 1', format: 'schema1', manifest: schema1, usable: true },
  {
    name: 'schema 1 without layers',
    format: 'schema1',
    manifest: { ...schema1, fsLayers: [], history: [] },
    usable: false,
  },
  {
    name: 'schema 1 with more layers than history',
    format: 'schema1',
    manifest: { ...schema1, history: [] },
    usable: false,
  },
  {
    name: 'schema 1 with a history that is not JSON',
    format: 'schema1',
    manifest: { ...schema1, history: [{ v1Compatibility: '' }] },
    usable: false,
  },
  {
    name: 'an image of another type as schema 1',
    format: 'schema1',
    manifest: { schemaVersion: 2, layers: [] },
    usable: false,
  },
];

describe('isUsable', () => {
  for (const { name, format, manifest, usable } of cases) {
    test(`${usable ? 'accepts' : 'refuses'} ${name}`, () => assert.equal(isUsable(manifest, format), usable));
  }
});
