import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/lib/json.ts';
import type { ResolveHost } from '../../src/registry/network/dns.ts';
import { deployment } from '../support/pods.ts';
import { startPullgate, type Reviewed, type RunningPullgate } from '../support/pullgate.ts';
import type { Exchange } from '../support/scripted-registry/exchange.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './healthy.ts';
import { passwords, type Secret } from './secrets.ts';
import { told } from './told.ts';

/** One Deployment whose image lies in a registry that misbehaves, and what must come of it. */
export interface ImageCase {
  /** Begins with the id of its case. */
  readonly it: string;
  readonly registry: RegistryScript;
  /** With symbols of the script. */
  readonly image?: string;
  /** The Deployment's pull secrets in their order, for the registry of the image. */
  readonly secrets?: (host: string) => readonly Secret[];
  /** Of the config file; with symbols of the script. */
  readonly settings?: JsonObject;
  readonly resolveHost?: ResolveHost;
  /** As the API server would write it: `?timeout=10s` where nothing is said. */
  readonly query?: string;
  /** Whether the object is let in, with a warning or without. */
  readonly allowed: boolean;
  /** Kinds, and the reasons of the answers that they rest on. */
  readonly told: readonly string[];
  /** What the denial or the warnings say. */
  readonly says?: RegExp;
  /** What the registry's servers saw: `registry HEAD nobody 401`. */
  readonly seen?: readonly string[];
}

/** No fault of this suite but a hang takes longer than this, in ms. */
const soonMs = 4_000;

export function testImages(cases: readonly ImageCase[]): void {
  for (const each of cases) {
    test(each.it, async () => {
      await using script = await startScript(each.registry);
      const surroundings = each.resolveHost === undefined ? {} : { resolveHost: each.resolveHost };
      await using pullgate = await startPullgate(script.substitute(each.settings ?? {}), surroundings);
      const image = script.substitute(each.image ?? '{{registry}}/team/app:v1');
      const answer = await reviewImage(pullgate, image, each.secrets?.(hostOf(image)), each.query);
      assert.deepEqual([answer.status, answer.allowed, told(answer)], [200, each.allowed, each.told], answer.text);
      assert.ok(answer.ms < soonMs, `took ${Math.round(answer.ms)} ms`);
      if (each.says !== undefined) assert.match(wordsOf(answer), each.says);
      if (each.seen !== undefined) assert.deepEqual(seenBy(script.log), each.seen);
      assert.doesNotMatch(`${answer.text}${pullgate.log.join('')}`, passwords);
      await assertHealthy(pullgate);
    });
  }
}

/** Sends a Deployment of one image, whose pull secrets are put where it looks for them. */
export async function reviewImage(
  pullgate: RunningPullgate,
  image: string,
  secrets: readonly Secret[] = [],
  query?: string,
): Promise<Reviewed> {
  for (const [at, secret] of secrets.entries()) {
    pullgate.api.put('team', 'secrets', { metadata: { name: `s${at}` }, ...secret });
  }
  const imagePullSecrets = secrets.map((_, at) => ({ name: `s${at}` }));
  return pullgate.review(deployment([image], { imagePullSecrets }), query === undefined ? {} : { query });
}

/** All that people read of an answer. */
export function wordsOf({ message, warnings }: Reviewed): string {
  return [message, ...warnings].join('\n');
}

/** Who was asked what, by whom: connections that never came to a request are left out. */
export function seenBy(log: readonly Exchange[]): readonly string[] {
  return log
    .filter(({ method }) => !method.startsWith('('))
    .map(({ server, method, authorization, status }) => `${server} ${method} ${authorization ?? 'nobody'} ${status}`);
}

function hostOf(image: string): string {
  return image.slice(0, image.indexOf('/'));
}
