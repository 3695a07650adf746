import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { deployment, type DeploymentOptions } from '../e2e/objects.ts';
import { until } from './cluster.ts';
import { closed, good, locked, login, missing, open } from './images.ts';
import { tried, type Said } from './pullgate.ts';
import type { Stage } from './site.ts';

interface Case {
  readonly it: string;
  readonly args: readonly string[];
  readonly verdict: Said['verdict'];
  readonly says?: RegExp;
}

const noTag = /has no tag "v1\.0\.0"/;
const cases: readonly Case[] = [
  {
    it: 'kubectl create deployment',
    args: ['create', 'deployment', 'a', `--image=${missing}`],
    verdict: 'refused',
    says: noTag,
  },
  { it: 'kubectl run', args: ['run', 'a', `--image=${missing}`], verdict: 'refused', says: noTag },
  { it: 'a Job', args: ['create', 'job', 'a', `--image=${missing}`], verdict: 'refused', says: noTag },
  {
    it: 'a CronJob',
    args: ['create', 'cronjob', 'a', `--image=${missing}`, '--schedule=0 0 1 1 *'],
    verdict: 'refused',
    says: noTag,
  },
  {
    it: 'kubectl set image on a Deployment',
    args: ['set', 'image', 'deployment/web', `web=${missing}`],
    verdict: 'refused',
    says: noTag,
  },
  {
    it: 'kubectl set image on a Pod',
    args: ['set', 'image', 'pod/shell', `shell=${missing}`],
    verdict: 'refused',
    says: noTag,
  },
  {
    it: 'kubectl debug',
    args: ['debug', 'shell', `--image=${missing}`, '--attach=false', '--container=a'],
    verdict: 'refused',
    says: /ephemeral container "a"/,
  },
  {
    it: 'kubectl debug',
    args: ['debug', 'shell', `--image=${good}`, '--attach=false', '--container=b', '--quiet'],
    verdict: 'passes',
  },
  { it: 'a Job', args: ['create', 'job', 'b', `--image=${good}`], verdict: 'passes' },
  { it: 'a CronJob', args: ['create', 'cronjob', 'b', `--image=${good}`, '--schedule=0 0 1 1 *'], verdict: 'passes' },
  {
    it: ':latest',
    args: ['create', 'deployment', 'loose', `--image=${open}/shop/web:latest`],
    verdict: 'warned',
    says: /latest/,
  },
  {
    it: 'a registry that is not there',
    args: ['create', 'deployment', 'dead', '--image=nosuch.real.test/a:1', '--replicas=0'],
    verdict: 'warned',
    says: /nosuch/,
  },
];

const logins: readonly { it: string; options: DeploymentOptions; verdict: Said['verdict'] }[] = [
  { it: 'the right secret', options: { secrets: ['right'] }, verdict: 'passes' },
  { it: 'a wrong secret', options: { secrets: ['wrong'] }, verdict: 'refused' },
  { it: 'a secret that is missing', options: { secrets: ['absent'] }, verdict: 'refused' },
  { it: 'none', options: {}, verdict: 'refused' },
  { it: 'the secret of its ServiceAccount', options: { serviceAccount: 'robot' }, verdict: 'passes' },
];

/** What users do, under the profile `balanced`. */
export function workloads(stage: () => Stage): void {
  suite('what users do', () => {
    before(async () => {
      const { must } = stage().cluster;
      await must('create', 'deployment', 'web', `--image=${good}`, '-n', 'shop');
      await must('run', 'shell', `--image=${good}`, '-n', 'shop');
      for (const [name, password] of [
        ['right', login.password],
        ['wrong', 'not-it'],
      ] as const) {
        const flags = [
          `--docker-server=${closed}`,
          `--docker-username=${login.username}`,
          `--docker-password=${password}`,
        ];
        await must('create', 'secret', 'docker-registry', name, '-n', 'shop', ...flags);
      }
      await must('create', 'serviceaccount', 'robot', '-n', 'shop');
      await must('patch', 'serviceaccount', 'robot', '-n', 'shop', '-p', '{"imagePullSecrets":[{"name":"right"}]}');
    });

    test('what is good runs', async () => {
      await stage().cluster.must('rollout', 'status', 'deployment/web', '-n', 'shop', '--timeout=60s');
      await stage().cluster.must('wait', 'pod/shell', '--for=condition=Ready', '-n', 'shop', '--timeout=60s');
    });

    for (const { it, args, verdict, says = /^/ } of cases) {
      test(`${it}, ${verdict === 'passes' ? 'good' : 'broken'}: ${verdict}`, async () => {
        const said = await tried(stage().cluster, [...args, '-n', 'shop']);
        assert.equal(said.verdict, verdict, said.text);
        assert.match(said.text, says);
      });
    }

    for (const { it, options, verdict } of logins) {
      test(`a private image with ${it}: ${verdict === 'passes' ? 'runs' : verdict}`, async () => {
        const { cluster } = stage();
        const manifest = deployment('private', locked, options);
        const said = await tried(cluster, ['apply', '-n', 'shop', '-f', '-'], manifest);
        assert.equal(said.verdict, verdict, said.text);
        if (verdict !== 'passes') return;
        await cluster.must('rollout', 'status', 'deployment/private', '-n', 'shop', '--timeout=60s');
        await cluster.must('delete', 'deployment', 'private', '-n', 'shop');
      });
    }

    test('a Job that passed runs', async () => {
      const path = '{.status.active}';
      await until(
        () => stage().cluster.must('get', 'job', 'b', '-n', 'shop', '-o', `jsonpath=${path}`),
        (active) => active === '1',
      );
    });
  });
}
