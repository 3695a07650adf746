import { checkWorkload } from '../../src/engine/check.ts';
import { objectOf } from '../../src/lib/json.ts';
import { createCalls } from '../../src/webhook/call.ts';
import { createHandler } from '../../src/webhook/handler.ts';
import { createReviewer, createSkip } from '../../src/webhook/reviewer.ts';
import { createShedding } from '../../src/webhook/shedding.ts';
import { found, refused } from '../support/answers.ts';
import { fakePorts, plainOptions, pullSecret, rawSecret } from '../support/fake-ports.ts';
import { node } from '../support/pods.ts';
import { testConfig } from '../support/pullgate.ts';

/** The deadline of a review, in ms. A review with in-memory ports never takes that long. */
const deadlineMs = 5_000;

/** Returns a function that runs a whole review with in-memory ports. It throws if the answer is not valid. */
export function createReviews(): (body: string) => Promise<void> {
  const config = testConfig({});
  const { ports } = fakePorts({
    images: { 'library/nginx:latest': found, 'library/nginx:v1.2.3': refused },
    secrets: { good: pullSecret('good', { 'docker.io': 'alice' }), broken: rawSecret('broken', '{"auths":[]}') },
    nodes: [node('n1')],
  });
  const rules = () => config;
  const handle = createHandler({
    review: createReviewer({
      rules,
      check: (plan, signal) => checkWorkload(plan, ports, { ...plainOptions, deep: true }, signal),
      namespaces: { labels: () => Promise.resolve({ kind: 'missing' }) },
      onLetThrough: () => undefined,
    }),
    skip: createSkip(rules),
    shedding: createShedding({ maxInFlight: 100, maxLagMs: Infinity, lag: { sustainedMs: () => 0 } }),
    observer: {
      decided: () => undefined,
      rejected: () => undefined,
      failed: (cause) => {
        throw cause;
      },
    },
  });
  const describeCall = createCalls({ deadlineMs: () => deadlineMs, lag: { lagMs: () => 0 } });
  const never = new AbortController().signal;

  return async (body) => {
    const answer = await handle(
      { bytes: Buffer.from(body), drop: () => undefined },
      describeCall('timeout=30s', never),
    );
    if (answer.status === 400 || answer.status === 413) return;
    if (answer.status !== 200) throw new Error(`response with status ${answer.status}`);
    checkReview(objectOf(objectOf(JSON.parse(answer.body))['response']));
  };
}

/**
 * Throws unless the API server accepts the response: a uid, a message for a denial, and warnings that it does not drop.
 */
function checkReview({ uid, allowed, status, warnings = [] }: Readonly<Record<string, unknown>>): void {
  if (typeof uid !== 'string' || uid === '') throw new Error('no uid');
  if (typeof allowed !== 'boolean') throw new Error('no verdict');
  if (!allowed && typeof objectOf(status)['message'] !== 'string') throw new Error('a denial without a message');
  const bad = (warnings as readonly string[]).find((warning) => /\p{Cc}|\p{Cs}/u.test(warning));
  if (bad !== undefined) throw new Error(`a warning that the API server would drop: ${JSON.stringify(bad)}`);
}
