import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer } from '../../src/engine/answer.ts';
import { checkWorkload } from '../../src/engine/check.ts';
import type { Finding } from '../../src/engine/finding.ts';
import type { NodeFacts } from '../../src/engine/nodes/node.ts';
import { profiles } from '../../src/engine/policy/policy.ts';
import { judge } from '../../src/engine/policy/verdict.ts';
import { denialMessage } from '../../src/words/message.ts';
import { warningTexts } from '../../src/words/warnings.ts';
import * as answers from '../support/answers.ts';
import { fakePorts, plainOptions } from '../support/fake-ports.ts';
import { node, podSpec, workloadOf } from '../support/pods.ts';
import { findingsOf, image, isAboutTag } from './check-case.ts';

/** A cluster with a node of each kind. */
const kinds: readonly NodeFacts[] = [
  node('ctd', { runtimeVersion: 'containerd://2.4.2' }),
  node('old', { runtimeVersion: 'containerd://1.7.35', kubeletVersion: 'v1.33.13' }),
  node('k3s', { runtimeVersion: 'containerd://2.1.5-k3s1', kubeletVersion: 'v1.34.1+k3s1' }),
  node('crio', { runtimeVersion: 'cri-o://1.34.0', kubeletVersion: 'v1.34.1' }),
  node('dock', { runtimeVersion: 'docker://28.5.2' }),
];

/** The answers that differ from the rest, by the runtime that asks. */
type Answers = Readonly<Record<string, Answer>>;

async function check(nodes: readonly NodeFacts[], images: Answers): Promise<readonly Finding[]> {
  const spec = podSpec([image]);
  const workload = workloadOf('Pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec }, 'prod');
  const plan = { workload, uses: workload.uses, serviceAccountApplied: true };
  const { ports } = fakePorts({ nodes, images });
  const findings = await checkWorkload(plan, ports, plainOptions, new AbortController().signal);
  return findings.filter((finding) => !isAboutTag(finding));
}

const found = answers.found;

describe('on a cluster with five kinds of nodes, the weakest node decides:', () => {
  const cases: readonly { it: string; images: Answers; denied: boolean; finds: readonly string[] }[] = [
    { it: 'every node finds the image', images: { 'app:1': found }, denied: false, finds: [] },
    { it: 'no node finds it', images: {}, denied: true, finds: ['image-not-found'] },
    {
      it: 'only K3s finds it, by its rewrite table',
      images: { 'app:1 on k3s': found },
      denied: false,
      finds: ['image-not-found (some-nodes) on ctd, old, crio of 4'],
    },
    {
      it: 'all but CRI-O find it',
      images: { 'app:1': found, 'app:1 on cri-o': answers.forbidden },
      denied: false,
      finds: ['registry-blocked (some-nodes) on crio'],
    },
    {
      it: 'every node fails, CRI-O for another reason',
      images: { 'app:1 on cri-o': answers.forbidden },
      denied: true,
      finds: ['image-not-found on ctd, old, k3s of 4', 'registry-blocked on crio'],
    },
    {
      it: 'one node gets no answer, and may have the image',
      images: { 'app:1 on docker': answers.unreachable('timeout') },
      denied: false,
      finds: ['image-not-found (some-nodes) on ctd, old, k3s of 4', 'registry-unreachable (some-nodes) on dock'],
    },
    {
      it: 'a rule is not known for one of them',
      images: { 'app:1': answers.unsupported },
      denied: false,
      finds: ['unsupported-manifest (runtime) on dock'],
    },
  ];
  for (const { it, images, denied, finds } of cases) {
    test(it, async () => {
      const findings = await check(kinds, images);
      assert.deepEqual(findings.map(inWords).toSorted(), [...finds].toSorted());
      assert.equal(judge(findings, profiles.balanced).denied.length > 0, denied);
    });
  }
});

function inWords({ kind, mitigation, onNodes }: Finding): string {
  const names = onNodes === undefined ? '' : ` on ${onNodes.names.join(', ')}`;
  const rest = (onNodes?.count ?? 0) > (onNodes?.names.length ?? 0) ? ` of ${onNodes?.count}` : '';
  return `${kind}${mitigation === undefined ? '' : ` (${mitigation})`}${names}${rest}`;
}

describe('the message names the nodes', () => {
  const subject = {
    kind: 'Pod',
    namespace: 'prod',
    name: 'p',
    serviceAccount: 'default',
    editable: 'nothing',
  } as const;
  test('that a warning is about', async () => {
    const findings = await check(kinds, { 'app:1 on k3s': found });
    const [warning = ''] = warningTexts(findings, subject);
    assert.match(warning, /Only a warning: it is about ctd, old, crio and 1 more node, and the pod may also run on/);
  });
  test('of each reason of a denial', async () => {
    const findings = await check(kinds, { 'app:1 on cri-o': answers.forbidden });
    const message = denialMessage({ denied: findings, warned: [] }, subject);
    assert.match(message, /This is about node crio\. The pod fails on the other nodes for another reason\./);
  });
});

describe('an image that every node has', () => {
  const has = { images: new Set([image]) };
  const cases = [
    { it: 'needs no pull before kubelet v1.35', facts: { kubeletVersion: 'v1.34.9' }, finds: [] },
    { it: 'may need one since v1.35', facts: { kubeletVersion: 'v1.35.0' }, finds: ['image-not-found (on-node)'] },
    { it: 'needs none on CRI-O', facts: { runtimeVersion: 'cri-o://1.34.0' }, finds: [] },
  ];
  for (const { it, facts, finds } of cases) {
    test(it, async () => {
      const present = node('a', { ...has, ...facts });
      assert.deepEqual(await pulled([present]), finds);
      assert.deepEqual(
        await pulled([present, node('b', facts)]),
        ['image-not-found (on-node)'],
        'if one node lacks it',
      );
    });
  }
});

/** What is found about an image with the policy IfNotPresent that the registry lacks. */
async function pulled(nodes: readonly NodeFacts[]): Promise<readonly string[]> {
  const { findings } = await findingsOf({ world: { nodes } });
  return findings.filter((finding) => !isAboutTag(finding)).map(inWords);
}
