import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/engine/finding.ts';
import { fixFor } from '../../src/words/fixes.ts';
import { evidence, refusedFor, unreachable } from '../support/answers.ts';
import { sample, subject, useOf } from './sample-findings.ts';

/** A finding that the registry does not have the image. */
function missing(image: string, host: string, nearestTags: readonly string[] = []): Finding {
  const answer = { kind: 'not-found', evidence: evidence({ host, status: 404 }) } as const;
  return sample('image-not-found', { use: useOf('app', image), answer, nearestTags });
}

function denied(image: string, host: string, kind: 'access-denied' | 'access-unknown' = 'access-denied'): Finding {
  const answer = refusedFor('no-credentials', { host, status: 401 });
  return sample(kind, { use: useOf('app', image), answer, attempts: [{ answer }], unused: [] });
}

function unreached(kind: 'registry-unknown-host' | 'registry-unreachable', image: string, host: string): Finding {
  const reason = kind === 'registry-unknown-host' ? 'dns-not-found' : 'timeout';
  return sample(kind, { use: useOf('app', image), answer: unreachable(reason, { host }) });
}

const hub = 'registry-1.docker.io';
const pause = 'k8s.gcr.io/pause:3.9';
const tekton = 'gcr.io/tekton-releases/a:v1';

const named: readonly (readonly [it: string, finding: Finding, place: RegExp])[] = [
  ['a tag that does not exist', missing(pause, 'k8s.gcr.io'), /use registry\.k8s\.io\/pause:3\.9\. /],
  ['a refused image', denied('bitnami/redis:7', hub), /use docker\.io\/bitnamilegacy\/redis:7, /],
  ['an image that is perhaps refused', denied(tekton, 'gcr.io', 'access-unknown'), /use ghcr\.io\/tektoncd\/a:v1\./],
  ['an unknown host', unreached('registry-unknown-host', pause, 'k8s.gcr.io'), /use registry\.k8s\.io\/pause:3\.9\. /],
  ['an unreachable host', unreached('registry-unreachable', pause, 'k8s.gcr.io'), /registry\.k8s\.io\/pause:3\.9\. /],
];

const kept: readonly (readonly [it: string, finding: Finding])[] = [
  ['the image did not move', missing('ghcr.io/team/app:1', 'ghcr.io')],
  ['a closed repository has tags after all', missing('minio/minio:1', hub, ['2'])],
  ['only some images are gone, and the repository has tags', missing('gcr.io/mine/app:1', 'gcr.io', ['2'])],
  [
    'only some images are gone, and the host is unreachable',
    unreached('registry-unreachable', 'gcr.io/a/b:1', 'gcr.io'),
  ],
  ['a mirror is unreachable', unreached('registry-unreachable', pause, 'mirror.example.com')],
];

const places = /registry\.k8s\.io|bitnamilegacy|tektoncd|quay\.io|migrate|was (?:closed|deleted|frozen)/;

describe('the fix names the new place for', () => {
  for (const [it, finding, place] of named) test(it, () => assert.match(fixFor(finding, subject).advice, place));
});

describe('the fix says nothing about a move if', () => {
  for (const [it, finding] of kept) test(it, () => assert.doesNotMatch(fixFor(finding, subject).advice, places));
});

describe('the fix of an image that moved', () => {
  test('is only the new place if every pull from the old one fails', () => {
    const { advice, command } = fixFor(denied(tekton, 'gcr.io'), subject);
    assert.doesNotMatch(advice, /pull secret/);
    assert.match(command ?? '', /^kubectl set image .*app=ghcr\.io\/tektoncd\/a:v1 /);
  });

  test('has no command if the tag in the new place is unknown', () => {
    const { advice, command } = fixFor(missing('jboss/keycloak:16', hub), subject);
    assert.match(advice, /quay\.io\/keycloak\/keycloak\.$/);
    assert.equal(command, undefined);
  });

  test('names no new place if it is unknown', () => {
    const { advice, command } = fixFor(denied('quay.io/weaveworks/app:1', 'quay.io'), subject);
    assert.match(advice, /^quay\.io\/weaveworks was closed/);
    assert.doesNotMatch(advice, /use /);
    assert.equal(command, undefined);
  });

  test('has also the usual fix if the old place still has images', () => {
    const { advice, command } = fixFor(denied('bitnami/redis:7', hub), subject);
    assert.match(advice, /pull secret/);
    assert.match(command ?? '', /create secret/);
  });

  test('has also the usual fix if a mirror answered', () => {
    assert.match(fixFor(denied(tekton, 'mirror.example.com'), subject).advice, /ghcr\.io\/tektoncd.*pull secret/);
  });

  test('names no tag in the new place if the old place has other tags', () => {
    const { advice } = fixFor(missing(pause, 'k8s.gcr.io', ['3.8']), subject);
    assert.match(advice, /use registry\.k8s\.io\/pause\. .*3\.8/);
  });
});
