import assert from 'node:assert/strict';
import { deployment } from '../../support/pods.ts';
import type { Reviewed } from '../../support/admission-client.ts';
import { startPullgate, type RunningPullgate } from '../../support/pullgate.ts';
import type { Secret } from './secrets.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

/** A namespace that creates Deployments. */
export interface Tenant {
  /** Sends a Deployment with these images. */
  review(images: readonly string[], dryRun?: boolean): Promise<Reviewed>;
}

/** Adds a namespace, with `secret` as its pull secret. */
export function tenant(pullgate: RunningPullgate, namespace: string, secret?: Secret): Tenant {
  pullgate.api.put(namespace, 'serviceaccounts', { metadata: { name: 'default' } });
  if (secret !== undefined) pullgate.api.put(namespace, 'secrets', { metadata: { name: 'pull' }, ...secret });
  const more: JsonObject = secret === undefined ? {} : { imagePullSecrets: [{ name: 'pull' }] };
  return {
    review: (images, dryRun = false) =>
      pullgate.review(deployment(images, more), { namespace, dryRun, query: '?timeout=30s' }),
  };
}

/** Starts Pullgate with enough places and connections for reviews, because these cases are about those at registries. */
export async function startForTenants(settings: JsonObject = {}): Promise<RunningPullgate> {
  const pullgate = await startPullgate({ server: { maxInFlight: 1_000 }, ...settings });
  pullgate.agent.maxSockets = Infinity;
  return pullgate;
}

/** The names of `count` images, each in a repository of its own. */
export function repositories(host: string, path: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${host}/${path}/app-${at}:v1`);
}

/**
 * Asserts that each of 59 images of a namespace that do not exist is found to be missing. Only the metrics have all
 * findings: an audit annotation is too small for them.
 */
export async function assertFindsBrokenImages(
  pullgate: RunningPullgate,
  neighbour: Tenant,
  host: string,
): Promise<void> {
  const broken = repositories(host, 'missing', 59);
  const before = await missingImages(pullgate);
  const answer = await neighbour.review(broken);
  assert.equal(answer.allowed, false, answer.text);
  assert.equal((await missingImages(pullgate)) - before, broken.length, answer.text);
}

async function missingImages(pullgate: RunningPullgate): Promise<number> {
  const { text } = await pullgate.get('/metrics');
  const [, count = '0'] = /^pullgate_findings_total\{kind="image-not-found",action="deny"\} (\d+)$/m.exec(text) ?? [];
  return Number(count);
}
