import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { publicRegistry, smallImage } from '../support/registries.ts';
import type { Rule } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './support/healthy.ts';
import { requestsIn } from './support/image-case.ts';
import { kindsIn } from './support/kinds-in.ts';
import { stretched } from '../support/stretched.ts';

const limited = { match: { path: '/manifests/' }, do: { status: 429 } };

function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000);
}

/** The format of asctime in C, in UTC: the oldest of the three date formats of HTTP. */
function asctime(date: Date): string {
  const [, day, number, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day} ${month} ${String(Number(number)).padStart(2)} ${time} ${year}`;
}

/** The date format of RFC 850. */
function rfc850(date: Date): string {
  const weekday = date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
  const [, number, month, year, time] = /^\w+, (\d+) (\w+) \d\d(\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${weekday}, ${number}-${month}-${year} ${time} GMT`;
}

const waits: readonly (readonly [it: string, value: string | readonly string[] | undefined])[] = [
  ['no header', undefined],
  ['seconds', '30'],
  ['zero seconds', '0'],
  ['a day in seconds', '86400'],
  ['a very large number', '99999999999999999999'],
  ['a negative number', '-30'],
  ['half a second', '0.5'],
  ['a date', inSeconds(30).toUTCString()],
  ['a date in the format of RFC 850', rfc850(inSeconds(30))],
  ['a date in the format of asctime', asctime(inSeconds(30))],
  ['a date in the past', inSeconds(-30).toUTCString()],
  ['a date in the far future', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  ['an invalid date', 'Mon, 99 Foo 2026 25:61:61 GMT'],
  ['a word', 'soon'],
  ['an empty value', ''],
  ['two values', ['30', '60']],
];

for (const [it, value] of waits) {
  test(`F59 a 429 with ${it} in Retry-After gives a warning, and pauses requests to the registry`, async () => {
    const headers = value === undefined ? {} : { 'Retry-After': value };
    await using script = await startScript(publicRegistry({ rules: [{ ...limited, do: { status: 429, headers } }] }));
    await using pullgate = await startPullgate();
    const host = String(script.symbols['registry']);
    for (const tag of ['v1', 'v2', 'v3']) {
      const answer = await pullgate.review(deployment([`${host}/team/app:${tag}`]));
      assert.deepEqual([answer.allowed, kindsIn(answer)], [true, ['rate-limited']], answer.text);
      assert.ok(answer.ms < stretched(1_000), `took ${Math.round(answer.ms)} ms`);
    }
    const sent = requestsIn(script.log);
    // With a wait of zero seconds, the request is repeated once.
    assert.ok(sent.length <= 2, sent.join('\n'));
    await assertHealthy(pullgate);
  });
}

test('F60 a registry without quota left gives a warning while it responds, and the metrics show the quota', async () => {
  const quota = { 'RateLimit-Limit': '100;w=21600', 'RateLimit-Remaining': '0;w=21600' };
  await using script = await startScript(publicRegistry({ rules: [{ do: { serve: true, setHeaders: quota } }] }));
  await using pullgate = await startPullgate();
  const host = String(script.symbols['registry']);
  const answer = await pullgate.review(deployment([`${host}/team/app:v1`]));
  assert.deepEqual([answer.allowed, kindsIn(answer)], [true, ['rate-limited']]);
  const { text } = await pullgate.get('/metrics');
  assert.ok(text.includes(`pullgate_registry_quota_remaining{host="${host}"} 0`), text);
  assert.deepEqual(requestsIn(script.log), ['registry HEAD nobody 200']);
  await assertHealthy(pullgate);
});

/** The replies of a registry that fails now and then. */
const replies: readonly Rule['do'][] = [
  { serve: true },
  { status: 503 },
  { reset: true },
  { serve: true },
  { status: 502 },
  { serve: true },
  { status: 500 },
  { status: 500 },
  { serve: true },
  { reset: true },
  { status: 504 },
  { status: 504 },
];

test('F62 a registry that fails now and then sometimes gives a warning, but never a denial', async () => {
  const rules = replies.map((reply): Rule => ({ times: 1, match: { path: '/manifests/' }, do: reply }));
  const image = smallImage();
  const tags = Object.fromEntries(replies.map((_, at) => [`v${at}`, 'manifest']));
  await using script = await startScript(
    publicRegistry({ rules }, { ...image, repository: { ...image.repository, tags } }),
  );
  await using pullgate = await startPullgate();
  const outcomes: string[] = [];
  for (const tag of Object.keys(tags)) {
    const answer = await pullgate.review(deployment([script.substitute(`{{registry}}/team/app:${tag}`)]));
    assert.equal(answer.allowed, true, answer.text);
    outcomes.push(kindsIn(answer).join() || 'good');
  }
  // The reset of a reused connection is not visible, because the request is repeated.
  assert.ok(outcomes.every((outcome) => outcome === 'good' || outages.has(outcome)));
  assert.ok(outcomes.includes('good') && outcomes.some((outcome) => outages.has(outcome)));
  await assertHealthy(pullgate);
});

const outages: ReadonlySet<string> = new Set(['registry-unreachable: server-error', 'registry-unreachable: reset']);
