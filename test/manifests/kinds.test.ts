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
async function readableWith(component: string): Promise<readonly string[]> {
  const roles = parseAllDocuments(await textOf(`components/${component}/role.yaml`)).map(
    (document) => document.toJS() as { rules?: readonly Rule[] },
  );
  return covered(roles.flatMap(({ rules = [] }) => rules));
}

const readable = await readableWith('recheck');

describe('every built-in kind of workload', () => {
  for (const { group, kind, resource } of builtInKinds) {
    test(`${kind}: the webhook reviews it, and the recheck role may read it`, () => {
      assert.ok(reviewed.includes(`${group}/${resource}`), 'manifests/base/webhook.yaml');
      assert.ok(readable.includes(`${group}/${resource}`), 'manifests/components/recheck/role.yaml');
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
  const mayRead = await readableWith('custom-workloads');

  for (const { group, kind, resource, custom } of customKinds) {
    test(`has a rule for ${kind} of ${group}, and lets recheck read it if it is in a namespace`, () => {
      const rule = rules.find(({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(resource));
      assert.deepEqual(
        [rule?.scope, rule?.apiVersions, rule?.operations],
        [custom.clusterWide === true ? 'Cluster' : 'Namespaced', ['*'], ['CREATE', 'UPDATE']],
      );
      assert.equal(mayRead.includes(`${group}/${resource}`), custom.clusterWide !== true);
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
