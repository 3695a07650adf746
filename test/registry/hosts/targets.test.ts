import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymous } from '../../../src/engine/keyring/credential.ts';
import { registryHosts } from '../../../src/engine/hosts/registry-hosts.ts';
import type { HostSettings } from '../../../src/engine/hosts/hosts-toml.ts';
import { smallImage } from '../../support/registries.ts';
import type { ServerScript } from '../../support/scripted-registry/script.ts';
import { startScript } from '../../support/scripted-registry/start.ts';
import { client, inWords, soon } from '../client.ts';

const { blobs, repository } = smallImage();
const withImage: ServerScript = { repositories: { 'team/app': repository } };
const empty: ServerScript = {};

/** A server that has the image, but responds like this to each request for a manifest. */
function responding(status: number, headers: Record<string, string> = {}, body: string = ''): ServerScript {
  return { ...withImage, rules: [{ match: { path: '/manifests/' }, do: { status, headers, body } }] };
}

const webPage = responding(200, { 'content-type': 'text/html' }, '<html></html>');
const byDigest = { digest: `sha256:${'0'.repeat(64)}` };

interface Case {
  readonly name: string;
  readonly mirror: ServerScript;
  readonly upstream: ServerScript;
  readonly settings?: HostSettings;
  /** Default: a tag. */
  readonly reference?: { readonly digest: string };
  /** The start of the answer, as `inWords` writes it. */
  readonly expected: string;
  /** The servers that receive requests, in order, without duplicates. */
  readonly contacted: readonly string[];
}

const both = ['mirror', 'upstream'];

const cases: readonly Case[] = [
  {
    name: 'only the mirror is contacted if it has the image',
    mirror: withImage,
    upstream: withImage,
    expected: 'found',
    contacted: ['mirror'],
  },
  ...[401, 403, 404, 429, 500].map((status): Case => ({
    name: `the registry is contacted after a ${status} of the mirror`,
    mirror: responding(status),
    upstream: withImage,
    expected: 'found',
    contacted: both,
  })),
  {
    name: 'the registry is contacted if the mirror is down',
    mirror: { listen: 'closed' },
    upstream: withImage,
    expected: 'found',
    contacted: ['upstream'],
  },
  {
    name: 'a web page from the mirror is final, as for the container runtime',
    mirror: webPage,
    upstream: withImage,
    expected: 'unsupported media-type',
    contacted: ['mirror'],
  },
  {
    name: 'the 404 of the mirror is shown if the registry is down',
    mirror: empty,
    upstream: { listen: 'closed' },
    expected: 'not-found',
    contacted: ['mirror'],
  },
  {
    name: 'the 404 of the registry is shown if the mirror is down',
    mirror: { listen: 'closed' },
    upstream: empty,
    expected: 'not-found',
    contacted: ['upstream'],
  },
  {
    name: 'a mirror without the capability resolve is not contacted for a tag',
    mirror: withImage,
    upstream: withImage,
    settings: { resolve: false },
    expected: 'found',
    contacted: ['upstream'],
  },
  {
    name: 'a mirror without the capability resolve is contacted for a digest',
    mirror: empty,
    upstream: empty,
    settings: { resolve: false },
    reference: byDigest,
    expected: 'not-found',
    contacted: both,
  },
];

describe('targetsFor a registry with a mirror', () => {
  for (const { name, mirror, upstream, settings = {}, reference = { tag: 'v1' }, expected, contacted } of cases) {
    test(name, async () => {
      await using running = await startScript({ blobs, servers: { mirror, upstream } });
      const hostOf = (server: string): HostSettings => ({
        scheme: 'http',
        host: String(running.symbols[server]),
        path: '/v2',
      });
      const hosts = registryHosts('example.test', [{ ...hostOf('mirror'), ...settings }, hostOf('upstream')]);
      await using asked = client({ hosts: async () => hosts });
      const question = {
        runtime: 'containerd',
        reference: { registry: 'example.test', repository: 'team/app', ...reference },
        credential: anonymous,
      } as const;
      const answer = await asked.registry.resolve(question, soon());
      assert.ok(inWords(answer).startsWith(expected), inWords(answer));
      assert.deepEqual([...new Set(running.log.map(({ server }) => server))], contacted);
    });
  }
});
