import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { policyDecision } from '../../../../src/engine/hosts/containers/policy-json.ts';
import { pullSources } from '../../../../src/engine/hosts/containers/pull-sources.ts';
import { nameText, parseCanonicalName } from '../../../../src/engine/hosts/containers/reference.ts';
import { nodeFiles } from '../../../../src/engine/hosts/openshift/node-files.ts';
import {
  mirrorSetsOf,
  registrySourcesOf,
  type MirrorKind,
  type MirrorSet,
  type OpenShiftSources,
} from '../../../../src/engine/hosts/openshift/sources.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const releaseImage = `quay.io/openshift-release-dev/ocp-release@${digest}`;

interface Objects {
  readonly registrySources?: object;
  readonly digestMirrors?: object;
  readonly tagMirrors?: object;
  readonly policies?: object;
}

function setsOf(kind: MirrorKind, field: string, set: object | undefined): readonly MirrorSet[] {
  return set === undefined ? [] : mirrorSetsOf(kind, { spec: { [field]: [set] } });
}

function sources({ registrySources = {}, digestMirrors, tagMirrors, policies }: Objects): OpenShiftSources {
  return {
    digestMirrors: [
      ...setsOf('ImageDigestMirrorSet', 'imageDigestMirrors', digestMirrors),
      ...setsOf('ImageContentSourcePolicy', 'repositoryDigestMirrors', policies),
    ],
    tagMirrors: setsOf('ImageTagMirrorSet', 'imageTagMirrors', tagMirrors),
    registrySources: registrySourcesOf({ spec: { registrySources } }),
    releaseImage,
  };
}

interface Case extends Objects {
  readonly it: string;
  readonly image: string;
  /** Where the image is looked for. */
  readonly expected: readonly string[];
  readonly decision?: string;
}

const cases: readonly Case[] = [
  { it: 'without settings a registry is asked itself', image: 'a.io/app:1', expected: ['a.io/app:1'] },
  {
    it: 'a tag mirror set is for tags',
    tagMirrors: { source: 'a.io', mirrors: ['m.io'] },
    image: 'a.io/app:1',
    expected: ['m.io/app:1', 'a.io/app:1'],
  },
  {
    it: 'a digest mirror set is not for tags',
    digestMirrors: { source: 'a.io', mirrors: ['m.io'] },
    image: 'a.io/app:1',
    expected: ['a.io/app:1'],
  },
  {
    it: 'an old policy is for digests too',
    policies: { source: 'a.io', mirrors: ['m.io'] },
    image: `a.io/app@${digest}`,
    expected: [`m.io/app@${digest}`, `a.io/app@${digest}`],
  },
  {
    it: 'NeverContactSource blocks the source, but not its mirrors',
    tagMirrors: { source: 'a.io', mirrors: ['m.io'], mirrorSourcePolicy: 'NeverContactSource' },
    image: 'a.io/app:1',
    expected: ['m.io/app:1', 'a.io/app:1 blocked'],
  },
  {
    it: 'a blocked registry is blocked and rejected',
    registrySources: { blockedRegistries: ['a.io'] },
    image: 'a.io/app:1',
    expected: ['a.io/app:1 blocked'],
    decision: 'reject',
  },
  {
    it: 'an insecure registry is insecure as a mirror too',
    registrySources: { insecureRegistries: ['*.m.io'] },
    tagMirrors: { source: 'a.io', mirrors: ['x.m.io/a'] },
    image: 'a.io/app:1',
    expected: ['x.m.io/a/app:1 insecure', 'a.io/app:1'],
  },
  {
    it: 'if registries are allowed, all others are rejected',
    registrySources: { allowedRegistries: ['quay.io', 'b.io'] },
    image: 'a.io/app:1',
    expected: ['a.io/app:1'],
    decision: 'reject',
  },
  {
    it: 'the registry of the release stays usable, although it is blocked',
    registrySources: { blockedRegistries: ['quay.io'] },
    image: 'quay.io/app:1',
    expected: ['quay.io/app:1'],
  },
];

const refused = [
  {
    it: 'registries that are both allowed and blocked',
    registrySources: { allowedRegistries: ['a.io'], blockedRegistries: ['b.io'] },
    reason: 'only one of allowedRegistries and blockedRegistries may be set',
  },
  {
    it: 'mirror sets that contradict each other',
    digestMirrors: { source: 'a.io', mirrors: ['m.io'], mirrorSourcePolicy: 'NeverContactSource' },
    tagMirrors: { source: 'a.io', mirrors: ['m.io'] },
    reason: 'the mirror sets of "a.io" have different mirrorSourcePolicies',
  },
  {
    it: 'a wildcard with mirrors around a registry without mirrors',
    digestMirrors: { source: '*.a.io', mirrors: ['m.io'] },
    registrySources: { insecureRegistries: ['x.a.io'] },
    reason: '*.a.io has mirrors, and x.a.io inside it has none',
  },
  {
    it: 'a registry that CRI-O would not read',
    registrySources: { insecureRegistries: ['http://a.io'] },
    reason: 'the location "http://a.io" must not have a scheme',
  },
];

function searchOf(registrySources: object): readonly string[] | undefined {
  const files = nodeFiles(sources({ registrySources }));
  return files.kind === 'files' ? files.registries.searchRegistries : undefined;
}

describe('nodeFiles', () => {
  for (const { it, image, expected, decision = 'accept', ...objects } of cases) {
    test(it, () => {
      const files = nodeFiles(sources(objects));
      const reference = parseCanonicalName(image);
      assert(files.kind === 'files' && reference !== undefined);
      const found = pullSources(files.registries, reference);
      assert(found.kind === 'sources');
      const flags = ['insecure', 'blocked'] as const;
      assert.deepEqual(
        found.sources.map((source) => [nameText(source.reference), ...flags.filter((flag) => source[flag])].join(' ')),
        expected,
      );
      assert.equal(policyDecision(files.policy, reference), decision);
    });
  }

  test('short names are looked for where the cluster says', () => {
    assert.deepEqual(searchOf({}), ['registry.access.redhat.com', 'docker.io']);
    assert.deepEqual(searchOf({ containerRuntimeSearchRegistries: ['a.io'] }), ['a.io']);
  });

  for (const { it, reason, ...objects } of refused) {
    test(`refuses ${it}`, () => assert.deepEqual(nodeFiles(sources(objects)), { kind: 'refused', reason }));
  }
});
