import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment } from '../support/pods.ts';
import { startPullgate } from '../support/pullgate.ts';
import { publicRegistry, smallImage } from '../support/registries.ts';
import type { Rule } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { assertHealthy } from './healthy.ts';
import { seenBy } from './image-case.ts';
import { told } from './told.ts';

const limited = { match: { path: '/manifests/' }, do: { status: 429 } };

function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000);
}

/** As C's asctime writes it, in UTC: the oldest of the three forms that HTTP knows. */
function asctime(date: Date): string {
  const [, day, number, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day} ${month} ${String(Number(number)).padStart(2)} ${time} ${year}`;
}

function rfc850(date: Date): string {
  const weekday = date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
  const [, number, month, year, time] = /^\w+, (\d+) (\w+) \d\d(\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${weekday}, ${number}-${month}-${year} ${time} GMT`;
}

const waits: readonly (readonly [it: string, value: string | readonly string[] | undefined])[] = [
  ['no Retry-After', undefined],
  ['seconds', '30'],
  ['no wait at all', '0'],
  ['a day', '86400'],
  ['a number past all bounds', '99999999999999999999'],
  ['a negative number', '-30'],
  ['half a second', '0.5'],
  ['a date', inSeconds(30).toUTCString()],
  ['a date of RFC 850', rfc850(inSeconds(30))],
  ['a date of asctime', asctime(inSeconds(30))],
  ['a date that has been', inSeconds(-30).toUTCString()],
  ['a date far away', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  ['a date that is none', 'Mon, 99 Foo 2026 25:61:61 GMT'],
  ['a word', 'soon'],
  ['nothing', ''],
  ['two of them', ['30', '60']],
];

for (const [it, value] of waits) {
  test(`F59 429 with ${it} warns, and cools the registry down`, async () => {
    const headers = value === undefined ? {} : { 'Retry-After': value };
    await using script = await startScript(publicRegistry({ rules: [{ ...limited, do: { status: 429, headers } }] }));
    await using pullgate = await startPullgate();
    const host = String(script.symbols['registry']);
    for (const tag of ['v1', 'v2', 'v3']) {
      const answer = await pullgate.review(deployment([`${host}/team/app:${tag}`]));
      assert.deepEqual([answer.allowed, told(answer)], [true, ['rate-limited']], answer.text);
      assert.ok(answer.ms < 1_000, `took ${Math.round(answer.ms)} ms`);
    }
    const asked = seenBy(script.log);
    // One that asks for no wait is asked once more.
    assert.ok(asked.length <= 2, asked.join('\n'));
    await assertHealthy(pullgate);
  });
}

test('F60 a registry without quota left is as good as another while it answers, and it shows in the metrics', async () => {
  const quota = { 'RateLimit-Limit': '100;w=21600', 'RateLimit-Remaining': '0;w=21600' };
  await using script = await startScript(publicRegistry({ rules: [{ do: { serve: true, setHeaders: quota } }] }));
  await using pullgate = await startPullgate();
  const host = String(script.symbols['registry']);
  const answer = await pullgate.review(deployment([`${host}/team/app:v1`]));
  assert.deepEqual([answer.allowed, told(answer)], [true, []]);
  const { text } = await pullgate.get('/metrics');
  assert.ok(text.includes(`pullgate_registry_quota_remaining{host="${host}"} 0`), text);
  assert.deepEqual(seenBy(script.log), ['registry HEAD nobody 200']);
  await assertHealthy(pullgate);
});

/** A registry that is up and down by turns. */
const turns: readonly Rule['do'][] = [
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

test('F62 a registry that flaps is warned of at times, and never denies', async () => {
  const rules = turns.map((turn): Rule => ({ times: 1, match: { path: '/manifests/' }, do: turn }));
  const image = smallImage();
  const tags = Object.fromEntries(turns.map((_, at) => [`v${at}`, 'manifest']));
  await using script = await startScript(
    publicRegistry({ rules }, { ...image, repository: { ...image.repository, tags } }),
  );
  await using pullgate = await startPullgate();
  const outcomes: string[] = [];
  for (const tag of Object.keys(tags)) {
    const answer = await pullgate.review(deployment([script.substitute(`{{registry}}/team/app:${tag}`)]));
    assert.equal(answer.allowed, true, answer.text);
    outcomes.push(told(answer).join() || 'good');
  }
  // A reset passes unseen where it befalls a connection that was kept.
  assert.ok(outcomes.every((outcome) => outcome === 'good' || outages.has(outcome)));
  assert.ok(outcomes.includes('good') && outcomes.some((outcome) => outages.has(outcome)));
  await assertHealthy(pullgate);
});

const outages: ReadonlySet<string> = new Set(['registry-unreachable: server-error', 'registry-unreachable: reset']);
