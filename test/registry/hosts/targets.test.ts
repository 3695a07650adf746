import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous } from '../../../src/engine/keyring/credential.ts';
import { registryHosts } from '../../../src/engine/hosts/registry-hosts.ts';
import type { HostSettings } from '../../../src/engine/hosts/hosts-toml.ts';
import { smallImage } from '../../support/registries.ts';
import type { ServerScript } from '../../support/scripted-registry/script.ts';
import { startScript } from '../../support/scripted-registry/start.ts';
import { client, inWords, soon } from '../client.ts';

const { blobs, repository } = smallImage();
const whole: ServerScript = { repositories: { 'team/app': repository } };
const empty: ServerScript = {};

function says(status: number, headers: Record<string, string> = {}, body: string = ''): ServerScript {
  return { ...whole, rules: [{ match: { path: '/manifests/' }, do: { status, headers, body } }] };
}

const page = says(200, { 'content-type': 'text/html' }, '<html></html>');
const byDigest = { digest: `sha256:${'0'.repeat(64)}` };

interface Case {
  readonly it: string;
  readonly mirror: ServerScript;
  readonly upstream: ServerScript;
  readonly settings?: HostSettings;
  /** A tag unless it says otherwise. */
  readonly reference?: { readonly digest: string };
  /** The answer's first words. */
  readonly is: string;
  /** Who was asked, in order, each once. */
  readonly asks: readonly string[];
}

const both = ['mirror', 'upstream'];

const cases: readonly Case[] = [
  {
    it: 'the mirror is asked first, and its yes will do',
    mirror: whole,
    upstream: whole,
    is: 'found',
    asks: ['mirror'],
  },
  ...[401, 403, 404, 429, 500].map((status): Case => ({
    it: `after a mirror's ${status} the registry is asked`,
    mirror: says(status),
    upstream: whole,
    is: 'found',
    asks: both,
  })),
  {
    it: 'so it is where nothing listens at the mirror',
    mirror: { listen: 'closed' },
    upstream: whole,
    is: 'found',
    asks: ['upstream'],
  },
  {
    it: 'a mirror that serves a page ends it: to the runtime that is an answer',
    mirror: page,
    upstream: whole,
    is: 'unsupported media-type',
    asks: ['mirror'],
  },
  {
    it: "where nobody has it, the mirror's 404 is shown before the registry's outage",
    mirror: empty,
    upstream: { listen: 'closed' },
    is: 'not-found',
    asks: ['mirror'],
  },
  {
    it: "a connection's failure gives way to a later 404",
    mirror: { listen: 'closed' },
    upstream: empty,
    is: 'not-found',
    asks: ['upstream'],
  },
  {
    it: 'a mirror that may not resolve is not asked for tags',
    mirror: whole,
    upstream: whole,
    settings: { resolve: false },
    is: 'found',
    asks: ['upstream'],
  },
  {
    it: 'though it is asked for digests',
    mirror: empty,
    upstream: empty,
    settings: { resolve: false },
    reference: byDigest,
    is: 'not-found',
    asks: both,
  },
];

for (const { it, mirror, upstream, settings = {}, reference = { tag: 'v1' }, is, asks } of cases) {
  test(it, async () => {
    await using running = await startScript({ blobs, servers: { mirror, upstream } });
    const host = (name: string): HostSettings => ({ scheme: 'http', host: String(running.symbols[name]), path: '/v2' });
    const hosts = registryHosts('example.test', [{ ...host('mirror'), ...settings }, host('upstream')]);
    await using asked = client({ hosts: async () => hosts });
    const question = {
      reference: { registry: 'example.test', repository: 'team/app', ...reference },
      credential: anonymous,
    };
    const answer = await asked.registry.resolve(question, soon());
    assert.ok(inWords(answer).startsWith(is), inWords(answer));
    assert.deepEqual([...new Set(running.log.map(({ server }) => server))], asks);
  });
}
