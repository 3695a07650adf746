import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordMissedReads } from '../../src/cluster/missed-reads.ts';
import type { KubeApi } from '../../src/cluster/kube-api.ts';
import { arrayOf, objectOf } from '../../src/lib/json.ts';
import { apiServerDouble, reset, status, type ApiServerDouble } from '../support/api-server-double.ts';
import { deployment } from '../support/pods.ts';
import { basicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { runWithCluster } from './run-with-cluster.ts';

const secretPath = '/api/v1/namespaces/team/secrets/regcred';
const named = { imagePullSecrets: [{ name: 'regcred' }] };
const signal = new AbortController().signal;

interface Case {
  readonly it: string;
  readonly faults: (api: ApiServerDouble) => void;
  readonly settings?: string;
  readonly outcome: string;
  readonly said: RegExp;
  readonly notes: number;
  readonly problems: number;
}

const cases: readonly Case[] = [
  {
    it: 'names verb, resource and namespace of a missing permission, and goes on',
    faults: (api) => api.faults.set(secretPath, [status(403, 'Forbidden')]),
    outcome: 'failed',
    said: /no permission to get secrets in namespace team: .+ \(kubectl auth can-i get secrets -n team\)\n/,
    notes: 1,
    problems: 0,
  },
  {
    it: 'names the permission to list nodes',
    faults: (api) => api.faults.set('/api/v1/nodes', [status(403, 'Forbidden')]),
    settings: '',
    outcome: 'failed',
    said: /no permission to list nodes: .+ \(kubectl auth can-i list nodes\)\n/,
    notes: 1,
    problems: 0,
  },
  {
    it: 'is not complete if the API server goes away, and reports what was found',
    faults: (api) => api.faults.set(secretPath, [reset]),
    outcome: 'incomplete',
    said: /the API server did not answer 1 read: what depends on them was not checked\n/,
    notes: 0,
    problems: 1,
  },
];

describe('pullgate check with half a cluster', () => {
  for (const { it, faults, settings, outcome, said, notes, problems } of cases) {
    test(it, async () => {
      await using registry = await startScript(basicRegistry());
      const host = registry.symbols['registry'] ?? '';
      await using api = await apiServerDouble();
      api.put('team', 'serviceaccounts', { metadata: { name: 'default' } });
      faults(api);
      const objects = [deployment([`${host}/team/app:v1`], named), deployment(['A:::'])];
      const seen = await runWithCluster({
        server: api.connection.server,
        objects,
        ...(settings === undefined ? {} : { settings }),
      });
      assert.equal(seen.outcome, outcome);
      assert.ok(seen.kinds.includes('invalid-image-name'));
      assert.match(seen.said, said);
      assert.equal(arrayOf(seen.report['notes']).length, notes);
      assert.equal(arrayOf(seen.report['problems']).length, problems);
      assert.equal(seen.report['complete'], problems === 0);
      assert.equal(arrayOf(seen.report['objects']).map(objectOf).length, 2);
    });
  }
});

describe('the reads of a cluster that is gone', () => {
  test('fail at once after three without an answer', async () => {
    const { api, missed, calls } = countingApi('unavailable');
    for (let at = 0; at < 10; at += 1) assert.equal((await api.get(`/${at}`, signal)).kind, 'unavailable');
    assert.deepEqual([calls(), missed.unanswered()], [3, 10]);
  });

  test('are not missed if they are repeated with success', async () => {
    const answers = ['unavailable', 'unavailable', 'missing'] as const;
    const { api, missed } = countingApi(...answers);
    for (const path of ['/x', '/y', '/x']) await api.get(path, signal);
    assert.equal(missed.unanswered(), 1);
  });

  test('go on while it answers', async () => {
    const { api, missed, calls } = countingApi('missing');
    for (let at = 0; at < 10; at += 1) await api.get('/x', signal);
    assert.deepEqual([calls(), missed.unanswered()], [10, 0]);
  });
});

/** An API server that gives these answers, the last one again and again, and counts the questions. */
function countingApi(...kinds: readonly ('missing' | 'unavailable')[]) {
  let calls = 0;
  const api = {
    get: () => {
      const kind = kinds[Math.min(calls, kinds.length - 1)] ?? 'missing';
      calls += 1;
      return Promise.resolve(kind === 'missing' ? { kind } : { kind, reason: 'timeout' as const });
    },
  } as unknown as KubeApi;
  return { ...recordMissedReads(api), calls: () => calls };
}
