import { alice, smallImage, smallIndex, type ImageScript } from '../support/registries.ts';
import type { RegistryScript, RepositoryScript, Rule } from '../support/scripted-registry/script.ts';

const image = smallImage('amd64');
const armOnly = smallIndex('arm64');
const users = { [alice.username]: { password: alice.password } };

/**
 * The registries of the demo's images: public, with Basic authentication, with Bearer tokens, and one with a rate
 * limit.
 */
export const registries: RegistryScript = {
  blobs: { ...image.blobs, ...armOnly.blobs, schema1: { text: '{"schemaVersion":1}' } },
  servers: {
    'registry.example.com': {
      repositories: {
        'shop/web': tagged(image, '1.4.0', '1.4.1', '1.4.2', 'latest'),
        'shop/edge': { ...armOnly.repository, tags: { '2.0.0': 'index' } },
        'shop/legacy': {
          tags: { '0.9': 'schema1' },
          manifests: { schema1: 'application/vnd.docker.distribution.manifest.v1+prettyjws' },
        },
      },
      rules: [tagList('shop/web', '1.4.0', '1.4.1', '1.4.2', 'latest')],
    },
    'private.example.com': {
      repositories: { 'shop/api': tagged(image, '2.0.0') },
      auth: { scheme: 'basic', users },
    },
    'tokens.example.com': {
      repositories: { 'shop/worker': tagged(image, '3.1.0') },
      auth: { scheme: 'bearer', users, realm: 'http://tokens.example.com/token' },
      token: { users },
    },
    'busy.example.com': {
      rules: [
        { do: { status: 429, headers: { 'Retry-After': '30' }, body: { errors: [{ code: 'TOOMANYREQUESTS' }] } } },
      ],
    },
  },
};

/** A registry that the network knows, but that does not run. */
export const deadRegistry = 'down.example.com';

function tagged({ repository }: ImageScript, ...tags: readonly string[]): RepositoryScript {
  return { ...repository, tags: Object.fromEntries(tags.map((tag) => [tag, 'manifest'])) };
}

function tagList(name: string, ...tags: readonly string[]): Rule {
  return { match: { path: `^/v2/${name}/tags/list` }, do: { status: 200, body: { name, tags } }, after: 'auth' };
}
