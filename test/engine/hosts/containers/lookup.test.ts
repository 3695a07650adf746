import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'smol-toml';
import { pullSources } from '../../../../src/engine/hosts/containers/pull-sources.ts';
import { nameText, parseCanonicalName } from '../../../../src/engine/hosts/containers/reference.ts';
import { readRegistriesConf, type RegistriesConf } from '../../../../src/engine/hosts/containers/registries-conf.ts';
import { pullCandidates } from '../../../../src/engine/hosts/containers/short-names.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function conf(text: string): RegistriesConf {
  const read = readRegistriesConf({ file: 'registries.conf', toml: parse(text) }, []);
  assert(read.kind === 'conf');
  return read.conf;
}

const names = conf('unqualified-search-registries = ["quay.io", "docker.io"]\n[aliases]\napp = "ghcr.io/team/app"');

const shortNames = [
  { it: 'a name with a host stands for itself', image: 'quay.io/app', expected: ['quay.io/app:latest'] },
  {
    it: 'a short name is looked for in every search registry',
    image: 'web:1',
    expected: ['quay.io/web:1', 'docker.io/library/web:1'],
  },
  { it: 'an alias comes first, and the tag stays', image: 'app:1', expected: ['ghcr.io/team/app:1'] },
  { it: 'a digest makes the tag meaningless', image: `app:1@${digest}`, expected: [`ghcr.io/team/app@${digest}`] },
  { it: 'a host in upper case is no host here', image: 'LOCALHOST/app', expected: 'invalid-name' },
];

describe('pullCandidates', () => {
  for (const { it, image, expected } of shortNames) {
    test(it, () => {
      const found = pullCandidates(names, image);
      assert.deepEqual(found.kind === 'candidates' ? found.candidates.map(nameText) : found.reason, expected);
    });
  }

  test('a short name without search registries fails', () => {
    assert.deepEqual(pullCandidates(conf(''), 'app'), { kind: 'unresolved', reason: 'no-search-registries' });
  });
});

const mirrored = `
[[registry]]
location = "quay.io"
blocked = true
[[registry.mirror]]
location = "mirror.test/quay"
insecure = true
[[registry.mirror]]
location = "digests.test"
pull-from-mirror = "digest-only"
[[registry]]
prefix = "quay.io/team"
location = "internal.test/team"
[[registry]]
prefix = "*.example.com"
location = "internal.test/all"
[[registry]]
prefix = "ghcr.io"
location = "docker.io"
`;

const lookups = [
  { it: 'a registry without an entry is asked itself', image: 'gcr.io/app:1', expected: ['gcr.io/app:1'] },
  {
    it: 'mirrors come first, and a blocked registry may still have them',
    image: 'quay.io/app:1',
    expected: ['mirror.test/quay/app:1 mirror insecure', 'quay.io/app:1 blocked'],
  },
  {
    it: 'a digest opens the mirrors for digests',
    image: `quay.io/app@${digest}`,
    expected: [
      `mirror.test/quay/app@${digest} mirror insecure`,
      `digests.test/app@${digest} mirror`,
      `quay.io/app@${digest} blocked`,
    ],
  },
  { it: 'the longest prefix counts alone', image: 'quay.io/team/app:1', expected: ['internal.test/team/app:1'] },
  {
    it: 'a prefix ends where a part of the name ends',
    image: 'quay.io/teams/app:1',
    expected: ['mirror.test/quay/teams/app:1 mirror insecure', 'quay.io/teams/app:1 blocked'],
  },
  { it: 'a wildcard covers every subdomain', image: 'a.b.example.com/app:1', expected: ['internal.test/all/app:1'] },
  { it: 'a wildcard does not cover the domain itself', image: 'example.com/app:1', expected: ['example.com/app:1'] },
  { it: 'a name that is not complete after rewriting fails the pull', image: 'ghcr.io/app:1', expected: 'docker.io' },
];

describe('pullSources', () => {
  for (const { it, image, expected } of lookups) {
    test(it, () => {
      const reference = parseCanonicalName(image);
      assert(reference !== undefined);
      const found = pullSources(conf(mirrored), reference);
      const actual =
        found.kind === 'unusable'
          ? found.location
          : found.sources.map((source) =>
              [
                nameText(source.reference),
                ...(['mirror', 'insecure', 'blocked'] as const).filter((flag) => source[flag]),
              ].join(' '),
            );
      assert.deepEqual(actual, expected);
    });
  }
});
