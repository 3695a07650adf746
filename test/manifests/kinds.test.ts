import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
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
const roles = parseAllDocuments(await textOf('components/recheck/role.yaml')).map(
  (document) => document.toJS() as { rules?: readonly Rule[] },
);
const readable = covered(roles.flatMap(({ rules = [] }) => rules));

describe('every built-in kind of workload', () => {
  for (const { group, kind, resource } of builtInKinds) {
    test(`${kind}: the webhook reviews it, and the recheck role may read it`, () => {
      assert.ok(reviewed.includes(`${group}/${resource}`), 'manifests/base/webhook.yaml');
      assert.ok(readable.includes(`${group}/${resource}`), 'manifests/components/recheck/role.yaml');
    });
  }
});
