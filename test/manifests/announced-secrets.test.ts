import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { commonAnnouncers } from '../../src/cluster/announcers.ts';
import { groupOf } from '../../src/engine/workload/workload-kind.ts';
import { manifests } from '../support/overlay.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const text = await readFile(join(manifests, 'components/announced-secrets/role.yaml'), 'utf8');
const [role] = parseAllDocuments(text).map((document) => document.toJS() as { readonly rules: readonly Rule[] });

describe('the role of the component announced-secrets', () => {
  for (const { kind, apiVersion, resource, secretNames } of commonAnnouncers) {
    test(`lets Pullgate read objects of ${apiVersion} ${kind}, with no more verbs than needed`, () => {
      const rule = role?.rules.find(
        ({ apiGroups, resources }) => apiGroups.includes(groupOf(apiVersion)) && resources.includes(resource),
      );
      assert.deepEqual(rule?.verbs, secretNames.length === 0 ? ['get'] : ['get', 'list']);
    });
  }
});
