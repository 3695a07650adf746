import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'smol-toml';
import { readRegistriesConf } from '../../../../src/engine/hosts/containers/registries-conf.ts';

function read(main: string, ...dropIns: readonly string[]) {
  const parsed = dropIns.map((text, at) => ({ file: `registries.conf.d/${at}.conf`, toml: parse(text) }));
  return readRegistriesConf({ file: 'registries.conf', toml: parse(main) }, parsed);
}

const faults = [
  {
    it: 'a list must be a list',
    main: 'unqualified-search-registries = "quay.io"',
    reason: 'unqualified-search-registries must be a list of strings',
  },
  {
    it: 'a search registry must be a host',
    main: 'unqualified-search-registries = ["quay.io/ns"]',
    reason: 'unqualified-search-registries has "quay.io/ns", which is not a host',
  },
  {
    it: 'a location must not be a URL',
    main: '[[registry]]\nlocation = "https://quay.io"',
    reason: 'the location "https://quay.io" must not have a scheme',
  },
  { it: 'a registry needs a location', main: '[[registry]]', reason: 'a registry has no location' },
  {
    it: 'only a wildcard needs no location',
    main: '[[registry]]\nprefix = "quay.io"',
    reason: 'the registry "quay.io" has no location',
  },
  {
    it: 'a wildcard covers whole hosts',
    main: '[[registry]]\nprefix = "*.quay.io/ns"',
    reason: 'the prefix "*.quay.io/ns" must be *.DOMAIN',
  },
  {
    it: 'both formats exclude each other',
    main: 'unqualified-search-registries = []\n[registries.search]\nregistries = []',
    reason: '[registries.…] tables and the settings of version 2 exclude each other',
  },
  {
    it: 'the same location has the same flags everywhere',
    main: '[[registry]]\nlocation = "quay.io"\n[[registry]]\nprefix = "a.io"\nlocation = "quay.io"\nblocked = true',
    reason: '"quay.io" is there more than once, and not always with the same blocked',
  },
  {
    it: 'an alias stands for a complete name',
    main: '[aliases]\napp = "ns/app"',
    reason: 'the alias "app" must stand for HOST/REPOSITORY',
  },
  {
    it: 'text of the file has no control characters in a message, and is cut',
    main: `[[registry]]\nlocation = "http://\\u001b${'a'.repeat(200)}"`,
    reason: `the location "http://\\u001b${'a'.repeat(92)}…" must not have a scheme`,
  },
];

describe('readRegistriesConf', () => {
  for (const { it, main, reason } of faults) {
    test(it, () => assert.deepEqual(read(main), { kind: 'invalid', file: 'registries.conf', reason }));
  }

  test('one invalid drop-in file makes everything invalid', () => {
    const invalid = read('', '', '[registries.block]\nregistries = ["quay.io"]');
    assert.equal(invalid.kind === 'invalid' && invalid.file, 'registries.conf.d/1.conf');
  });

  test('a later file replaces lists, and adds to registries and aliases', () => {
    const merged = read(
      'unqualified-search-registries = ["a.io"]\n[[registry]]\nlocation = "a.io"\nblocked = true\n[aliases]\napp = "a.io/app"',
      'unqualified-search-registries = ["b.io"]\n[[registry]]\nlocation = "b.io"',
      '[[registry]]\nlocation = "a.io"\n[aliases]\napp = ""\nother = "b.io/other"',
    );
    assert(merged.kind === 'conf');
    const { registries, searchRegistries, aliases } = merged.conf;
    assert.deepEqual(
      registries.map(({ prefix, blocked }) => [prefix, blocked]),
      [
        ['a.io', false],
        ['b.io', false],
      ],
    );
    assert.deepEqual(searchRegistries, ['b.io']);
    assert.deepEqual([...aliases.keys()], ['app', 'other']);
    assert.equal(aliases.get('app'), undefined);
  });
});
