import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CheckOptions } from '../../src/engine/check-options.ts';
import { checkWorkload } from '../../src/engine/check.ts';
import type { Ports } from '../../src/engine/ports.ts';
import * as answers from '../support/answers.ts';
import { fakePorts, plainOptions, pullSecret, type World } from '../support/fake-ports.ts';
import { deployment, workloadOf } from '../support/pods.ts';
import { many } from './limit-case.ts';

const images = 30;

/** Checks 30 images with the pull secret `own`, and counts the calls of ports that are not the registry. */
async function calls(nameOf: (at: number) => string, world: World, options: Partial<CheckOptions> = {}) {
  const { ports } = fakePorts({ serviceAccounts: { default: ['own', 'other'] }, ...world });
  const counted: string[] = [];
  const { tags, cluster, announcements } = ports;
  const counting: Ports = {
    ...ports,
    tags: {
      tags(question, signal) {
        counted.push(`tags ${question.reference.repository}`);
        return tags.tags(question, signal);
      },
    },
    cluster: {
      ...cluster,
      secret(namespace, name, signal) {
        counted.push(`secret ${name}`);
        return cluster.secret(namespace, name, signal);
      },
    },
    announcements: {
      announcedBy(namespace, name, signal) {
        counted.push(`announced ${name}`);
        return announcements.announcedBy(namespace, name, signal);
      },
    },
  };
  const names = many(images, (at) => `${answers.host}/${nameOf(at)}:v${at}`);
  const workload = workloadOf('Deployment', deployment(names, { imagePullSecrets: [{ name: 'own' }] }), 'team');
  const plan = { workload, uses: workload.uses, serviceAccountApplied: false };
  const findings = await checkWorkload(plan, counting, { ...plainOptions, ...options }, new AbortController().signal);
  return { counted: counted.toSorted(), findings };
}

/** A repository of its own for each image. */
function repository(at: number): string {
  return `app${at}`;
}

function allRefused(): NonNullable<World['images']> {
  const names = many(images, (at) => `${repository(at)}:v${at}`);
  return Object.fromEntries(names.map((name) => [name, answers.noCredentials]));
}

describe('for many images of one object', () => {
  test('the tags of a repository are listed once', async () => {
    const { counted, findings } = await calls(() => 'app', { tags: ['v1.0'] });
    assert.deepEqual(counted, ['secret own', 'tags app']);
    const suggested = findings.filter(
      (finding) => finding.kind === 'image-not-found' && finding.nearestTags.length > 0,
    );
    assert.ok(suggested.length > 0);
  });

  test('the tags of 20 repositories are listed', async () => {
    const { counted } = await calls(repository, {});
    assert.equal(counted.filter((call) => call.startsWith('tags')).length, 20);
  });

  test('the secrets that the pod ignores are read once', async () => {
    const secrets = { own: pullSecret('own', {}), other: pullSecret('other', { [answers.host]: 'alice' }) };
    const { counted, findings } = await calls(repository, { images: allRefused(), secrets });
    assert.deepEqual(counted, ['secret other', 'secret own']);
    const shadowed = findings.filter((finding) => finding.kind === 'access-denied' && finding.shadowed === 'other');
    assert.equal(shadowed.length, images);
  });

  test('the announcement of a missing secret is looked for once', async () => {
    const world = { images: allRefused(), announced: ['own'], serviceAccounts: { default: [] } };
    const { counted, findings } = await calls(repository, world, { missingSecret: 'pending' });
    assert.deepEqual(counted, ['announced own', 'secret own']);
    assert.equal(findings.filter(({ mitigation }) => mitigation === 'secret-pending').length, images);
  });
});
