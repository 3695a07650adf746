import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { ResolveHost } from '../../../src/registry/network/dns.ts';
import { deployment } from '../../support/pods.ts';
import type { Reviewed } from '../../support/admission-client.ts';
import { startPullgate, type RunningPullgate } from '../../support/pullgate.ts';
import type { Exchange } from '../../support/scripted-registry/exchange.ts';
import type { RegistryScript } from '../../support/scripted-registry/script.ts';
import { startScript } from '../../support/scripted-registry/start.ts';
import { assertHealthy } from './healthy.ts';
import { passwords, type Secret } from './secrets.ts';
import { kindsIn } from './kinds-in.ts';
import { stretched } from '../../support/stretched.ts';

/** A Deployment with an image in a faulty registry, and the expected result. */
export interface ImageCase {
  /** The name of the test. Starts with the id of the case. */
  readonly it: string;
  readonly registry: RegistryScript;
  /** May contain symbols of the script. Default: `{{registry}}/team/app:v1`. */
  readonly image?: string;
  /** The pull secrets of the Deployment, in order, for the registry of the image. */
  readonly secrets?: (host: string) => readonly Secret[];
  /** Fields of the config file. May contain symbols of the script. */
  readonly settings?: JsonObject;
  readonly resolveHost?: ResolveHost;
  /** Query of the request. Default: `?timeout=10s`. */
  readonly query?: string;
  /** Whether the object is allowed, with or without warnings. */
  readonly allowed: boolean;
  /** The findings, in the format of `kindsIn`. */
  readonly findings: readonly string[];
  /** Matches the denial message and warnings. */
  readonly words?: RegExp;
  /** The requests to the registry, in the format of `requestsIn`. */
  readonly requests?: readonly string[];
}

/** Time limit for a review, in ms. Only a hang takes longer. */
const reviewLimitMs = 4_000;

/** Declares a test for each case. */
export function testImages(cases: readonly ImageCase[]): void {
  for (const each of cases) {
    test(each.it, async () => {
      await using script = await startScript(each.registry);
      const surroundings = each.resolveHost === undefined ? {} : { resolveHost: each.resolveHost };
      await using pullgate = await startPullgate(script.substitute(each.settings ?? {}), surroundings);
      const image = script.substitute(each.image ?? '{{registry}}/team/app:v1');
      const answer = await reviewImage(pullgate, image, each.secrets?.(hostOf(image)), each.query);
      assert.deepEqual(
        [answer.status, answer.allowed, kindsIn(answer)],
        [200, each.allowed, each.findings],
        answer.text,
      );
      assert.ok(answer.ms < stretched(reviewLimitMs), `took ${Math.round(answer.ms)} ms`);
      if (each.words !== undefined) assert.match(wordsOf(answer), each.words);
      if (each.requests !== undefined) assert.deepEqual(requestsIn(script.log), each.requests);
      assert.doesNotMatch(`${answer.text}${pullgate.log.join('')}`, passwords);
      await assertHealthy(pullgate);
    });
  }
}

/** Sends a Deployment with one image. Stores its pull secrets in the API server double first. */
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

/** The text of an answer that users see: denial message and warnings. */
export function wordsOf({ message, warnings }: Reviewed): string {
  return [message, ...warnings].join('\n');
}

/**
 * The log as lines `SERVER METHOD USER STATUS`, for example `registry HEAD nobody 401`, without connections that sent
 * no request.
 */
export function requestsIn(log: readonly Exchange[]): readonly string[] {
  return log
    .filter(({ method }) => !method.startsWith('('))
    .map(({ server, method, authorization, status }) => `${server} ${method} ${authorization ?? 'nobody'} ${status}`);
}

function hostOf(image: string): string {
  return image.slice(0, image.indexOf('/'));
}
