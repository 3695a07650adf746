import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { customKinds } from '../../src/engine/workload/custom-kinds.ts';
import { builtInKinds } from '../../src/engine/workload/workload-kind.ts';
import { manifests } from '../support/overlay.ts';
import { shippedRules } from '../support/shipped-rules.ts';

interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

async function textOf(path: string): Promise<string> {
  return readFile(join(manifests, path), 'utf8');
}

/** Returns `group/resource` for every resource of the rules. */
function covered(rules: readonly Rule[]): readonly string[] {
  return rules.flatMap(({ apiGroups, resources }) =>
    apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)),
  );
}

const reviewed = covered(shippedRules);

/** Returns `group/resource` for every resource that a role in the file grants the verb for. */
async function granted(path: string, verb: string): Promise<readonly string[]> {
  const roles = parseAllDocuments(await textOf(path)).map(
    (document) => document.toJS() as { rules?: readonly Rule[] },
  );
  return covered(roles.flatMap(({ rules = [] }) => rules.filter(({ verbs = [] }) => verbs.includes(verb))));
}

const readable = await granted('components/recheck/role.yaml', 'get');
const listable = await granted('components/scan/role.yaml', 'list');

describe('every built-in kind of workload', () => {
  for (const { group, kind, resource } of builtInKinds) {
    test(`${kind}: the webhook reviews it, and the roles for recheck and scan may read it`, () => {
      assert.ok(reviewed.includes(`${group}/${resource}`), 'manifests/base/webhook.yaml');
      assert.ok(readable.includes(`${group}/${resource}`), 'manifests/components/recheck/role.yaml');
      assert.ok(listable.includes(`${group}/${resource}`), 'manifests/components/scan/role.yaml');
    });
  }
});

interface CustomRule extends Rule {
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly scope: string;
}

describe('the component custom-workloads', async () => {
  const { metadata } = parse(await textOf('components/custom-workloads/rules.yaml')) as {
    readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  };
  const rules = Object.values(metadata.annotations).flatMap((text) => JSON.parse(text) as readonly CustomRule[]);
  const mayRead = await granted('components/custom-workloads/role.yaml', 'get');

  for (const { group, kind, resource, custom } of customKinds) {
    test(`has a rule for ${kind} of ${group}, and lets recheck read it if it is in a namespace`, () => {
      const rule = rules.find(({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(resource));
      assert.deepEqual(
        [rule?.scope, rule?.apiVersions, rule?.operations],
        [custom.clusterWide === true ? 'Cluster' : 'Namespaced', ['*'], ['CREATE', 'UPDATE']],
      );
      assert.equal(mayRead.includes(`${group}/${resource}`), custom.clusterWide !== true);
      assert.ok(listable.includes(`${group}/${resource}`), 'manifests/components/scan/role.yaml');
    });
  }

  test('has a rule for no other kind', () => {
    const known = customKinds.map(({ group, resource }) => `${group}/${resource}`);
    assert.deepEqual(covered(rules).toSorted(), known.toSorted());
    assert.ok(mayRead.every((resource) => known.includes(resource)));
  });

  test('has the same rules in the component for cert-manager', async () => {
    const operations = parse(await textOf('components/custom-workloads-cert-manager/rules.yaml')) as readonly {
      readonly value: CustomRule;
    }[];
    assert.deepEqual(
      operations.map(({ value }) => value),
      rules,
    );
  });
});
