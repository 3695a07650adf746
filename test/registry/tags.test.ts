import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { publicRegistry } from '../support/registries.ts';
import type { Rule } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { basicCredential, client, question, soon } from './client.ts';
import { anonymous, type Credential } from '../../src/engine/keyring/credential.ts';

/** The tags that the client returns if the registry responds to `/tags/list` like this. */
async function tagsAfter(response: Rule['do'], credential: Credential = anonymous): Promise<readonly string[]> {
  await using running = await startScript(publicRegistry({ rules: [{ match: { path: '/tags/list' }, do: response }] }));
  await using asked = client();
  return await asked.tags.tags(question(String(running.symbols['registry']), credential), soon());
}

const cases: readonly (readonly [name: string, response: Rule['do'], tags: readonly string[]])[] = [
  ['returns the tags of a list', { status: 200, body: { name: 'team/app', tags: ['v1', 'v2'] } }, ['v1', 'v2']],
  ['drops invalid tags', { status: 200, body: { tags: ['v1', '\u001b[31m', 7, 'a b'] } }, ['v1']],
  ['returns no tags for null', { status: 200, body: { tags: null } }, []],
  ['returns no tags for a web page', { status: 200, body: '<html>' }, []],
  ['returns no tags after a refusal', { status: 401, body: '' }, []],
];

describe('listTags', () => {
  for (const [name, response, tags] of cases) {
    test(name, async () => assert.deepEqual(await tagsAfter(response), tags));
  }

  test('returns the first 1,000 tags of a list that has more', async () => {
    const tags = Array.from({ length: 100_000 }, (_, at) => `v${at}`);
    assert.deepEqual(await tagsAfter({ status: 200, body: { tags } }), tags.slice(0, 1_000));
  });

  test('returns no tags for a list of more than 1 MiB', async () => {
    const tags = Array.from({ length: 200_000 }, (_, at) => `v${at}`);
    assert.deepEqual(await tagsAfter({ status: 200, body: { tags } }), []);
  });

  test('drops tags with a part of the credential', async () => {
    const credential = basicCredential('mallory', 'Correct-Horse-9');
    const basic = btoa('mallory:Correct-Horse-9').replaceAll('=', '');
    const body = {
      tags: ['v1.Mallory', 'correct-horse-9', 'v1-HORSE-9', `x${basic}`, basic.slice(2, 9), 'horse', 'v2'],
    };
    assert.deepEqual(await tagsAfter({ status: 200, body }, credential), ['horse', 'v2']);
  });
});
