import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { causeSides, type PullCause } from '../../src/diagnose/pull-cause.ts';
import { causeOf, errorIn, messagePatterns, speakerOf } from '../../src/diagnose/read-message.ts';
import { saidOf } from '../../src/diagnose/said.ts';
import { arrayOf, objectOf, stringOf, type JsonObject } from '../../src/lib/json.ts';
import { recordedMessages, sandboxMessages } from './recorded-messages.ts';

const none = { error: '', failures: 0 };

describe('a message names its cause', () => {
  for (const { cause, runtime, reason, message, source } of recordedMessages) {
    test(`${cause}, ${runtime} (${source}): ${message.slice(-60)}`, () => {
      assert.equal(saidOf({ reason, message }, none).cause, cause);
    });
  }

  for (const { cause, runtime, message } of sandboxMessages) {
    test(`${cause}, ${runtime}`, () => assert.equal(causeOf(errorIn(message).error), cause));
  }

  test('the same in an Event of the kubelet before 1.32, whose status has no error', () => {
    for (const { cause, message } of recordedMessages) {
      const { error } = errorIn(message);
      if (error === '') continue;
      const event = `Failed to pull image "registry.example.com/team/app:v1": ${error}`;
      const waiting = {
        reason: 'ImagePullBackOff',
        message: 'Back-off pulling image "registry.example.com/team/app:v1"',
      };
      const said = saidOf(waiting, { error: event, failures: 1 });
      assert.deepEqual([said.cause, said.from], [cause, 'event'], event);
    }
  });

  test('every cause has a message, except for one that only the time tells', () => {
    const told = new Set<PullCause>([...recordedMessages, ...sandboxMessages].map(({ cause }) => cause));
    const untold = Object.keys(causeSides).filter((cause) => !told.has(cause as PullCause));
    assert.deepEqual(untold, ['still-pulling']);
  });

  test('every row of the table is the first that matches a message', () => {
    const errors = [...recordedMessages, ...sandboxMessages].map(
      ({ message }) => errorIn(message).error.split('\n')[0] ?? '',
    );
    const used = new Set(errors.map((error) => messagePatterns.find(({ pattern }) => pattern.test(error))));
    const unused = messagePatterns.filter((row) => !used.has(row)).map(({ cause, speaker }) => `${cause} (${speaker})`);
    assert.deepEqual(unused, []);
  });
});

describe('what a registry or an image name contains does not decide', () => {
  test('words of the registry on a further line count only if the first line names nothing', () => {
    const line = 'unexpected status from HEAD request to https://r.test/v2/a/manifests/v1: 403 Forbidden';
    assert.equal(causeOf(`${line}\ndenied: no such host`), 'forbidden');
    assert.equal(causeOf('something new\ntoomanyrequests: slow down'), 'rate-limited');
  });

  test('the name of an image is no message', () => {
    const error = 'failed to resolve image: docker.io/exec/format-error/no-such-host:connection-refused: not found';
    assert.equal(causeOf(error), 'not-found');
  });

  test('a hostile message is read in linear time', () => {
    const hostile = [
      'lookup '.repeat(2_000),
      'registry '.repeat(2_000),
      `failed to resolve image${' : '.repeat(3_000)}`,
      'a'.repeat(1e6),
      '"'.repeat(1e5),
    ];
    const before = process.threadCpuUsage();
    for (const text of hostile) assert.equal(typeof causeOf(errorIn(text).error), 'string');
    const { user, system } = process.threadCpuUsage(before);
    assert.ok(user + system < 2_000_000, `${user + system} µs`);
  });
});

describe('the runtime is known by its words', () => {
  for (const { runtime, message } of recordedMessages) {
    const speaker = speakerOf(errorIn(message).error);
    if (speaker !== undefined) test(`${runtime}: ${message.slice(-60)}`, () => assert.equal(speaker, runtime));
  }
});

/** The registry answered with the code UNKNOWN and words of its own, which is all that CRI-O tells. */
const ownWords =
  /^(?:unable to try pulling possible OCI artifact: build image source: )?reading manifest [^ ]+ in [^ ]+: unknown: /;

for (const folder of ['scenarios', 'scenarios/cri-o']) {
  describe(`every failure of ${folder} that a real node was recorded with`, async () => {
    const path = join(import.meta.dirname, '..', folder);
    const files = (await readdir(path)).filter((file) => file.endsWith('.json'));
    const failures = (
      await Promise.all(
        files.map(async (file) => {
          const { outcome } = objectOf(JSON.parse(await readFile(join(path, file), 'utf8')));
          return Object.values(objectOf(objectOf(outcome)['containers'])).map((container): JsonObject => ({
            ...objectOf(container),
            file,
          }));
        }),
      )
    ).flat();
    const told = failures.filter((failure) => failure['pulled'] === false && stringOf(failure['message']) !== '');

    test('there are hundreds of them', () => assert.ok(told.length > 200, String(told.length)));

    test('has a known cause', () => {
      const unknown = told.filter((failure) => {
        const message = stringOf(failure['message']);
        return (
          saidOf({ reason: stringOf(failure['reason']), message }, none).cause === 'unknown' && !ownWords.test(message)
        );
      });
      assert.deepEqual(
        arrayOf(unknown).map((failure) => objectOf(failure)['file']),
        [],
      );
    });
  });
}
