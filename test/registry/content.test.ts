import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicRegistry, smallImage, smallIndex } from '../support/registries.ts';
import type { ServerScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { client, inWords, question, soon } from './client.ts';

/** What the client says of the image's parts: the manifest, its config read whole, its layer. */
async function parts(change: ServerScript): Promise<readonly string[]> {
  await using running = await startScript(publicRegistry(change));
  await using asked = client();
  const { registry } = asked;
  const about = question(String(running.symbols['registry']));
  const found = await registry.resolve(about, soon());
  assert.ok(found.kind === 'found');
  const manifest = await registry.manifest(about, found, soon());
  if (manifest.kind !== 'image') return [inWords(manifest)];
  const config = await registry.blob(about, manifest.config, true, soon());
  const layers = await Promise.all(manifest.layers.map((layer) => registry.blob(about, layer, false, soon())));
  return [manifest, config, ...layers].map((part) =>
    part.kind === 'present' && part.platform !== undefined
      ? `${part.platform.os}/${part.platform.architecture}`
      : inWords(part),
  );
}

const get = { method: 'GET', path: '/manifests/sha256:' };
const { repository } = smallImage();
const gone = { repositories: { 'team/app': { ...repository, blobs: [] } } };
const missing = 'incomplete missing blob GET 404 BLOB_UNKNOWN';

const cases: readonly (readonly [it: string, change: ServerScript, is: readonly string[]])[] = [
  ['a whole image', {}, ['image', 'linux/amd64', 'present']],
  [
    'a manifest of another content',
    { rules: [{ match: get, do: { serve: true, flip: true } }] },
    ['incomplete digest-mismatch manifest GET 200'],
  ],
  [
    'a manifest that is cut',
    { rules: [{ match: get, do: { serve: true, truncate: 9 } }] },
    ['incomplete length-mismatch manifest GET 200'],
  ],
  ['a manifest that is gone', { rules: [{ match: get, do: { status: 404 } }] }, ['not-found manifest GET 404']],
  ['blobs that are gone', gone, ['image', missing, missing]],
  [
    'blobs that know no HEAD',
    { rules: [{ match: { method: 'HEAD', path: '/blobs/' }, do: { status: 403 } }] },
    ['image', 'linux/amd64', 'present'],
  ],
  [
    'blobs of another length',
    { rules: [{ match: { path: '/blobs/' }, do: { serve: true, truncate: 3 } }] },
    ['image', 'incomplete length-mismatch blob GET 200', 'incomplete length-mismatch blob HEAD 200'],
  ],
  [
    'a config of another content',
    { rules: [{ match: { path: '/blobs/' }, do: { serve: true, flip: true } }] },
    ['image', 'incomplete digest-mismatch blob GET 200', 'present'],
  ],
];

for (const [it, change, is] of cases) {
  test(`${it} is ${is.join(', ')}`, async () => assert.deepEqual(await parts(change), is));
}

test('an index names its variants', async () => {
  await using running = await startScript(publicRegistry({}, smallIndex('amd64', 'arm64')));
  await using asked = client();
  const about = question(String(running.symbols['registry']));
  const found = await asked.registry.resolve(about, soon());
  assert.ok(found.kind === 'found');
  const index = await asked.registry.manifest(about, found, soon());
  assert.deepEqual(index.kind === 'index' && index.entries.map(({ platform }) => platform?.architecture), [
    'amd64',
    'arm64',
  ]);
});

async function tagsOf(body: string | object, status = 200): Promise<readonly string[]> {
  await using running = await startScript(
    publicRegistry({ rules: [{ match: { path: '/tags/list' }, do: { status, body } }] }),
  );
  await using asked = client();
  return await asked.tags.tags(question(String(running.symbols['registry'])), soon());
}

const lists: readonly (readonly [it: string, body: string | object, status: number, tags: readonly string[]])[] = [
  ['a list', { name: 'team/app', tags: ['v1', 'v2'] }, 200, ['v1', 'v2']],
  ['what is no tag', { tags: ['v1', '\u001b[31m', 7, 'a b'] }, 200, ['v1']],
  ['null', { tags: null }, 200, []],
  ['a web page', '<html>', 200, []],
  ['a refusal', '', 401, []],
];

for (const [it, body, status, tags] of lists) {
  test(`of ${it} these tags are left: ${tags.join(' ') || 'none'}`, async () =>
    assert.deepEqual(await tagsOf(body, status), tags));
}

test('of a list that does not come soon none are left', async () => {
  await using running = await startScript(
    publicRegistry({ rules: [{ match: { path: '/tags/list' }, do: { hang: true } }] }),
  );
  await using asked = client();
  const start = performance.now();
  assert.deepEqual(await asked.tags.tags(question(String(running.symbols['registry'])), soon()), []);
  assert.ok(performance.now() - start < 2_000);
});
