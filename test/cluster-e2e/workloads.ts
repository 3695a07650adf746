import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { deployment, type DeploymentOptions } from '../e2e/objects.ts';
import { until } from './cluster.ts';
import { closed, good, locked, login, missing, open } from './images.ts';
import { tryKubectl, type Result } from './pullgate.ts';
import type { Stage } from './site.ts';

interface Case {
  readonly it: string;
  readonly args: readonly string[];
  readonly verdict: Result['verdict'];
  readonly text?: RegExp;
}

const noTag = /has no tag "v1\.0\.0"/;
const cases: readonly Case[] = [
  {
    it: 'kubectl create deployment',
    args: ['create', 'deployment', 'a', `--image=${missing}`],
    verdict: 'denied',
    text: noTag,
  },
  { it: 'kubectl run', args: ['run', 'a', `--image=${missing}`], verdict: 'denied', text: noTag },
  { it: 'a Job', args: ['create', 'job', 'a', `--image=${missing}`], verdict: 'denied', text: noTag },
  {
    it: 'a CronJob',
    args: ['create', 'cronjob', 'a', `--image=${missing}`, '--schedule=0 0 1 1 *'],
    verdict: 'denied',
    text: noTag,
  },
  {
    it: 'kubectl set image on a Deployment',
    args: ['set', 'image', 'deployment/web', `web=${missing}`],
    verdict: 'denied',
    text: noTag,
  },
  {
    it: 'kubectl set image on a Pod',
    args: ['set', 'image', 'pod/shell', `shell=${missing}`],
    verdict: 'denied',
    text: noTag,
  },
  {
    it: 'kubectl debug',
    args: ['debug', 'shell', `--image=${missing}`, '--attach=false', '--container=a'],
    verdict: 'denied',
    text: /ephemeral container "a"/,
  },
  {
    it: 'kubectl debug',
    args: ['debug', 'shell', `--image=${good}`, '--attach=false', '--container=b', '--quiet'],
    verdict: 'passed',
  },
  { it: 'a Job', args: ['create', 'job', 'b', `--image=${good}`], verdict: 'passed' },
  { it: 'a CronJob', args: ['create', 'cronjob', 'b', `--image=${good}`, '--schedule=0 0 1 1 *'], verdict: 'passed' },
  {
    it: ':latest',
    args: ['create', 'deployment', 'loose', `--image=${open}/shop/web:latest`],
    verdict: 'warned',
    text: /latest/,
  },
  {
    it: 'a registry that does not exist',
    args: ['create', 'deployment', 'dead', '--image=nosuch.real.test/a:1', '--replicas=0'],
    verdict: 'warned',
    text: /nosuch/,
  },
];

const logins: readonly { it: string; options: DeploymentOptions; verdict: Result['verdict'] }[] = [
  { it: 'the right secret', options: { secrets: ['right'] }, verdict: 'passed' },
  { it: 'a wrong secret', options: { secrets: ['wrong'] }, verdict: 'denied' },
  { it: 'a missing secret', options: { secrets: ['absent'] }, verdict: 'denied' },
  { it: 'no secret', options: {}, verdict: 'denied' },
  { it: 'the secret of its ServiceAccount', options: { serviceAccount: 'robot' }, verdict: 'passed' },
];

/** Tests the actions of users with the profile `balanced`. */
export function workloads(stage: () => Stage): void {
  describe('actions of users', () => {
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

    test('workloads with good images run', async () => {
      await stage().cluster.must('rollout', 'status', 'deployment/web', '-n', 'shop', '--timeout=60s');
      await stage().cluster.must('wait', 'pod/shell', '--for=condition=Ready', '-n', 'shop', '--timeout=60s');
    });

    for (const { it, args, verdict, text = /^/ } of cases) {
      test(`${it} (${verdict === 'passed' ? 'good image' : 'problem'}): ${verdict}`, async () => {
        const result = await tryKubectl(stage().cluster, [...args, '-n', 'shop']);
        assert.equal(result.verdict, verdict, result.text);
        assert.match(result.text, text);
      });
    }

    for (const { it, options, verdict } of logins) {
      test(`a private image with ${it}: ${verdict === 'passed' ? 'runs' : verdict}`, async () => {
        const { cluster } = stage();
        const manifest = deployment('private', locked, options);
        const result = await tryKubectl(cluster, ['apply', '-n', 'shop', '-f', '-'], manifest);
        assert.equal(result.verdict, verdict, result.text);
        if (verdict !== 'passed') return;
        await cluster.must('rollout', 'status', 'deployment/private', '-n', 'shop', '--timeout=60s');
        await cluster.must('delete', 'deployment', 'private', '-n', 'shop');
      });
    }

    test('a Job with a good image runs', async () => {
      const path = '{.status.active}';
      await until(
        () => stage().cluster.must('get', 'job', 'b', '-n', 'shop', '-o', `jsonpath=${path}`),
        (active) => active === '1',
      );
    });
  });
}
