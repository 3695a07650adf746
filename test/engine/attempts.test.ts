import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer } from '../../src/engine/answer.ts';
import { tryCredentials } from '../../src/engine/attempts.ts';
import type { Credential } from '../../src/engine/keyring/credential.ts';
import { Redacted } from '../../src/lib/redacted.ts';
import * as answers from '../support/answers.ts';
import { fakePorts } from '../support/fake-ports.ts';

function user(username: string): Credential {
  const source = { kind: 'secret', secret: 's', entry: 'registry.example.com' } as const;
  return { kind: 'basic', username, password: new Redacted('p'), source };
}
const reference = { registry: 'registry.example.com', repository: 'app', tag: '1' };
const image = { runtime: 'containerd', reference } as const;

interface Case {
  readonly it: string;
  /** One answer for each credential. Empty: there is no credential. */
  readonly answers: readonly Answer[];
  readonly outcome: Answer['kind'];
  readonly asked: number;
}

const cases: readonly Case[] = [
  {
    it: 'stops at the first credential that works',
    answers: [answers.found, answers.refused],
    outcome: 'found',
    asked: 1,
  },
  { it: 'goes on after a refusal', answers: [answers.refused, answers.found], outcome: 'found', asked: 2 },
  { it: 'goes on after a 404', answers: [answers.notFound, answers.found], outcome: 'found', asked: 2 },
  { it: 'goes on after a 429', answers: [answers.throttled, answers.found], outcome: 'found', asked: 2 },
  {
    it: 'goes on after a 500',
    answers: [answers.unreachable('server-error'), answers.found],
    outcome: 'found',
    asked: 2,
  },
  {
    it: 'stops if the connection is refused',
    answers: [answers.unreachable('connection-refused'), answers.found],
    outcome: 'unreachable',
    asked: 1,
  },
  {
    it: 'stops if the request was not sent',
    answers: [answers.notAsked, answers.found],
    outcome: 'not-asked',
    asked: 1,
  },
  {
    it: 'reports a 404 rather than a refusal',
    answers: [answers.refused, answers.notFound],
    outcome: 'not-found',
    asked: 2,
  },
  {
    it: 'reports an inconclusive failure rather than a 404',
    answers: [answers.notFound, answers.throttled],
    outcome: 'throttled',
    asked: 2,
  },
  { it: 'makes one anonymous attempt without credentials', answers: [], outcome: 'not-found', asked: 1 },
];

describe('tryCredentials', () => {
  for (const { it, answers: given, outcome, asked } of cases) {
    test(it, async () => {
      const images = Object.fromEntries(given.map((answer, index) => [`app:1 as u${index}`, answer]));
      const { ports, asked: log } = fakePorts({ images });
      const credentials = given.map((_, index) => user(`u${index}`));
      const result = await tryCredentials(ports.registry, image, credentials, new AbortController().signal);
      assert.equal(result.kind === 'found' ? 'found' : result.cause.kind, outcome);
      assert.equal(log.length, asked);
    });
  }
});

test('a credential that is not UTF-8 is never sent, and the next one is tried', async () => {
  const asked: string[] = [];
  const { ports } = fakePorts({});
  const registry = {
    ...ports.registry,
    resolve: ({ credential }: { readonly credential: Credential }) => {
      asked.push(credential.kind === 'basic' ? credential.username : 'nobody');
      return Promise.resolve(answers.notFound);
    },
  };
  const credentials: Credential[] = [{ ...user('broken'), unsendable: true } as Credential, user('alice')];
  const outcome = await tryCredentials(registry, image, credentials, new AbortController().signal);
  assert.deepEqual(asked, ['alice']);
  assert.ok(outcome.kind === 'failed');
  assert.deepEqual(
    outcome.attempts.map(({ answer }) => ('reason' in answer ? answer.reason : answer.kind)),
    ['not-utf8', 'not-found'],
  );
});

describe('a failed attempt shows a slip in its credential, and neither user name nor password', () => {
  const slips = [
    { it: 'a line feed after the password', username: 'u', password: 'hunter2\n', slip: 'password-line-feed' },
    { it: 'a Windows line end after the password', username: 'u', password: 'hunter2\r\n', slip: 'password-line-feed' },
    { it: 'a line feed inside the password', username: 'u', password: 'hunter\n2', slip: undefined },
    { it: 'a blank before the user name', username: ' bob', password: 'hunter2', slip: 'user-blank' },
    { it: 'a line feed after the user name', username: 'bob\n', password: 'hunter2', slip: 'user-blank' },
    { it: 'a blank inside the user name', username: 'b ob', password: 'hunter2', slip: undefined },
  ];
  for (const { it, username, password, slip } of slips) {
    test(it, async () => {
      const { ports } = fakePorts({ images: { 'app:1': answers.refused } });
      const source = { kind: 'secret', secret: 's', entry: 'registry.example.com' } as const;
      const credential: Credential = { kind: 'basic', username, password: new Redacted(password), source };
      const outcome = await tryCredentials(ports.registry, image, [credential], new AbortController().signal);
      assert(outcome.kind === 'failed');
      assert.equal(outcome.attempts[0]?.slip, slip);
      assert.doesNotMatch(JSON.stringify(outcome), /bob|hunter/);
    });
  }
});
