import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { publicRegistry } from '../support/registries.ts';
import type { Rule } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { client, question, soon } from './client.ts';

/** The tags that the client returns if the registry responds to `/tags/list` like this. */
async function tagsAfter(response: Rule['do']): Promise<readonly string[]> {
  await using running = await startScript(publicRegistry({ rules: [{ match: { path: '/tags/list' }, do: response }] }));
  await using asked = client();
  return await asked.tags.tags(question(String(running.symbols['registry'])), soon());
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

  test('returns no tags if the list does not arrive in time', async () => {
    const rules: readonly Rule[] = [{ match: { path: '/tags/list' }, do: { hang: true } }];
    await using running = await startScript(publicRegistry({ rules }));
    await using asked = client();
    const caller = soon();
    assert.deepEqual(await asked.tags.tags(question(String(running.symbols['registry'])), caller), []);
    assert.equal(caller.aborted, false);
  });
});
