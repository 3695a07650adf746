import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dockerConfigJson, smallImage } from '../../../support/registries.ts';
import type { ServerScript } from '../../../support/scripted-registry/script.ts';
import { alices } from '../../client.ts';
import { type Pull, pullInCrio } from './asked.ts';

const { blobs, repository } = smallImage();
const withImage: ServerScript = { repositories: { 'team/app': repository } };
const empty: ServerScript = {};
const basic: ServerScript = { auth: { scheme: 'basic', users: { alice: { password: 's3cret' } } } };
const closed: ServerScript = { listen: 'closed' };

/** An image of a registry that nobody knows, so that only its mirrors and its location are asked. */
const image = { registry: 'reg.example.test', repository: 'team/app', tag: 'v1' } as const;
const byDigest = { ...image, digest: `sha256:${'0'.repeat(64)}` } as const;

/** A registries.conf for `image`, which is at the server `registry` and has a mirror at the server `mirror`. */
function conf(more = '', ofMirror = ''): Readonly<Record<string, string>> {
  return {
    'registries.conf': `
      [[registry]]
      prefix = "reg.example.test"
      location = "{{registry}}"
      insecure = true
      ${more}
      [[registry.mirror]]
      location = "{{mirror}}"
      insecure = true
      ${ofMirror}`,
  };
}

interface Case extends Omit<Pull, 'script'> {
  readonly name: string;
  readonly mirror?: ServerScript;
  readonly registry?: ServerScript;
  /** The answer, as `inWords` writes it. */
  readonly expected: string;
  /** The servers that are asked for a manifest, in order, with what they are sent. */
  readonly asked: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'the mirror first', mirror: withImage, files: conf(), expected: 'found', asked: ['mirror'] },
  ...[401, 403, 404, 429, 500].map((status): Case => ({
    name: `the location after a ${status} of the mirror`,
    mirror: { rules: [{ match: { path: '/manifests/' }, do: { status } }] },
    registry: withImage,
    files: conf(),
    expected: 'found',
    asked: ['mirror', 'registry'],
  })),
  {
    name: 'the location if the mirror is down',
    mirror: closed,
    registry: withImage,
    files: conf(),
    expected: 'found',
    asked: ['registry'],
  },
  {
    name: 'both, and the failure of the last one counts',
    mirror: { ...basic },
    files: conf(),
    expected: 'not-found manifest GET 404 NAME_UNKNOWN',
    asked: ['mirror Basic', 'registry'],
  },
  {
    name: 'no mirror for a tag, if mirrors are for digests',
    mirror: withImage,
    files: conf('mirror-by-digest-only = true'),
    expected: 'not-found manifest GET 404 NAME_UNKNOWN',
    asked: ['registry'],
  },
  {
    name: 'no mirror for a digest, if the mirror is for tags',
    reference: byDigest,
    mirror: withImage,
    files: conf('', 'pull-from-mirror = "tag-only"'),
    expected: 'not-found manifest GET 404 NAME_UNKNOWN',
    asked: ['registry'],
  },
  {
    name: 'no mirror with the pull secret of the registry',
    credential: alices,
    mirror: { ...withImage, ...basic },
    registry: withImage,
    files: conf(),
    expected: 'found',
    asked: ['mirror Basic', 'registry'],
  },
  {
    name: 'a mirror with the credential of the auth file',
    credential: alices,
    mirror: { ...withImage, ...basic },
    files: { ...conf(), 'auth.json': dockerConfigJson('{{mirror}}') },
    expected: 'found',
    asked: ['mirror Basic alice'],
  },
  {
    name: 'no location that is blocked, but its mirror',
    mirror: withImage,
    files: {
      'registries.conf': `${conf('blocked = true')['registries.conf']}\n[[registry]]\nlocation = "{{registry}}"\ninsecure = true\nblocked = true`,
    },
    expected: 'found',
    asked: ['mirror'],
  },
  {
    name: 'nothing at a blocked registry',
    reference: { registry: '{{registry}}', repository: 'team/app', tag: 'v1' },
    registry: withImage,
    files: { 'registries.conf': '[[registry]]\nlocation = "{{registry}}"\nblocked = true' },
    expected: 'forbidden blocked',
    asked: [],
  },
  {
    name: 'the registry before the policy rejects the image',
    registry: withImage,
    files: { ...conf(), 'policy.json': '{"default":[{"type":"reject"}]}' },
    expected: 'forbidden policy',
    asked: ['mirror', 'registry'],
  },
  {
    name: 'the registry, and a missing image comes before a policy',
    files: { ...conf(), 'policy.json': '{"default":[{"type":"reject"}]}' },
    expected: 'not-found manifest GET 404 NAME_UNKNOWN',
    asked: ['mirror', 'registry'],
  },
  {
    name: 'nothing without a policy.json',
    registry: withImage,
    files: { ...conf(), 'policy.json': null },
    expected: 'not-asked node-files',
    asked: [],
  },
  {
    name: 'nothing with a registries.conf that is not valid',
    registry: withImage,
    files: { 'registries.conf': 'no toml' },
    expected: 'not-asked node-files',
    asked: [],
  },
  {
    name: 'nothing for a short name without a search list',
    reference: { registry: 'docker.io', repository: 'team/app', tag: 'v1', unqualified: true },
    expected: 'forbidden short-name',
    asked: [],
  },
  {
    name: 'all hosts of the search list for a short name',
    reference: { registry: 'docker.io', repository: 'team/app', tag: 'v1', unqualified: true },
    registry: withImage,
    files: { 'registries.conf': 'unqualified-search-registries = ["{{mirror}}", "{{registry}}"]' },
    expected: 'found',
    asked: ['mirror', 'registry'],
  },
  {
    name: 'the next host of the search list if the first one has an image that cannot be used',
    reference: { registry: 'docker.io', repository: 'team/app', tag: 'v1', unqualified: true },
    mirror: withImage,
    registry: withImage,
    files: { 'registries.conf': 'unqualified-search-registries = ["{{mirror}}", "{{registry}}"]' },
    expected: 'found, and others would follow',
    asked: ['mirror'],
  },
  {
    name: 'no host of the search list with the credential for Docker Hub',
    reference: { registry: 'docker.io', repository: 'team/app', tag: 'v1', unqualified: true },
    credential: alices,
    registry: withImage,
    files: { 'registries.conf': 'unqualified-search-registries = ["{{registry}}"]' },
    expected: 'not-asked other-credential',
    asked: [],
  },
  {
    name: 'a mirror anonymously, and a refusal is not certain if the node may have a credential in a program',
    mirror: { ...withImage, ...basic },
    files: {
      ...conf(),
      'registries.conf': `credential-helpers = ["pass"]\n${conf()['registries.conf']}`,
    },
    expected: 'not-found manifest GET 404 NAME_UNKNOWN, but not-asked node-login',
    asked: ['mirror Basic', 'registry'],
  },
];

describe('CRI-O asks', () => {
  for (const { name, mirror = empty, registry = empty, expected, asked, ...pull } of cases) {
    test(`${name}: ${expected}`, async () => {
      const script = { blobs, servers: { registry, mirror } };
      const { answer, requests } = await pullInCrio({ script, reference: image, ...pull });
      assert.equal(answer, expected);
      const manifests = requests.filter((request) => request.includes('/manifests/'));
      assert.deepEqual(manifests.map(serverAndLogin), asked);
    });
  }
});

/** `mirror GET /v2/team/app/manifests/v1 Basic alice 401` as `mirror Basic alice`. */
function serverAndLogin(request: string): string {
  const [server = '', , , ...rest] = request.split(' ');
  return [server, ...rest.slice(0, -1)].join(' ').trim();
}
