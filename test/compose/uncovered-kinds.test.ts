import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { warnOfUncoveredKinds } from '../../src/compose/uncovered-kinds.ts';
import type { Lookup } from '../../src/engine/ports.ts';
import { testConfig } from '../support/pullgate.ts';

const machine = { group: 'example.com', kind: 'Machine', resource: 'machines', podPaths: ['spec.template'] };
const tls = { webhookConfiguration: 'pullgate' };

function found(rule: object): Lookup<unknown> {
  return { kind: 'found', value: { webhooks: [{ rules: [] }, { rules: [rule] }] } };
}

const right = { apiGroups: ['example.com'], resources: ['machines'], operations: ['CREATE', 'UPDATE'] };

const cases: readonly {
  it: string;
  settings: Readonly<Record<string, unknown>>;
  answer: Lookup<unknown>;
  says: readonly string[];
}[] = [
  { it: 'nothing if no kind is configured', settings: { tls }, answer: found({}), says: [] },
  {
    it: 'nothing of a kind that a rule covers',
    settings: { tls, workloads: [machine] },
    answer: found(right),
    says: [],
  },
  {
    it: 'nothing if a rule covers everything',
    settings: { tls, workloads: [machine] },
    answer: found({ apiGroups: ['*'], resources: ['*/*'], operations: ['*'] }),
    says: [],
  },
  {
    it: 'nothing of a kind in an annotation, from which Pullgate writes its rules',
    settings: { tls, workloads: [machine] },
    answer: {
      kind: 'found',
      value: { metadata: { annotations: { 'pullgate.dev/rules-machines': JSON.stringify([right]) } }, webhooks: [] },
    },
    says: [],
  },
  ...[
    { ...right, apiGroups: ['example.org'] },
    { ...right, resources: ['machines/status'] },
    { ...right, operations: ['DELETE'] },
    { resources: 'machines' },
  ].map((rule) => ({
    it: `a kind that no rule covers: ${JSON.stringify(rule)}`,
    settings: { tls, workloads: [machine] },
    answer: found(rule),
    says: ['warn Machine'],
  })),
  {
    it: 'that it cannot know without the permission',
    settings: { tls, workloads: [machine] },
    answer: { kind: 'forbidden' },
    says: ['info forbidden'],
  },
  {
    it: 'that it cannot know without the name of the configuration',
    settings: { workloads: [machine] },
    answer: found(right),
    says: ['info tls.webhookConfiguration is not set'],
  },
];

describe('the log says', () => {
  for (const { it, settings, answer, says } of cases) {
    test(it, async () => {
      const said: string[] = [];
      const log = {
        info: ({ reason }: { reason: string }) => said.push(`info ${reason}`),
        warn: ({ kind }: { kind: string }) => said.push(`warn ${kind}`),
      } as unknown as Parameters<typeof warnOfUncoveredKinds>[2];
      const paths: string[] = [];
      const get = (path: string) => {
        paths.push(path);
        return Promise.resolve(answer);
      };
      await warnOfUncoveredKinds(testConfig(settings), { get }, log, new AbortController().signal);
      assert.deepEqual(said, says);
      for (const path of paths) assert.match(path, /\/validatingwebhookconfigurations\/pullgate$/);
    });
  }

  test('nothing if the process stops meanwhile', async () => {
    const log = {} as Parameters<typeof warnOfUncoveredKinds>[2];
    const stopped = AbortSignal.abort();
    const get = () => Promise.reject(stopped.reason as Error);
    await warnOfUncoveredKinds(testConfig({ tls, workloads: [machine] }), { get }, log, stopped);
  });
});
