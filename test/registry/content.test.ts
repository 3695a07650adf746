import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { publicRegistry, smallImage, smallIndex } from '../support/registries.ts';
import type { ServerScript } from '../support/scripted-registry/script.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { client, inWords, question, soon } from './client.ts';

/** The answers for the manifest of an image, its config (read whole) and its layers. */
async function partsOf(change: ServerScript): Promise<readonly string[]> {
  const { servers, ...script } = publicRegistry(change);
  const storage: ServerScript = { rules: [{ match: {}, do: { status: 403 } }] };
  await using running = await startScript({ ...script, servers: { ...servers, storage } });
  await using asked = client();
  const { registry } = asked;
  const about = question(String(running.symbols['registry']));
  const found = await registry.resolve(about, soon());
  assert.ok(found.kind === 'found');
  const manifest = await registry.manifest(about, found, soon());
  if (manifest.kind !== 'image' || manifest.config === undefined) return [inWords(manifest)];
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
const noBlobs = { repositories: { 'team/app': { ...repository, blobs: [] } } };
const missing = 'incomplete missing blob GET 404 BLOB_UNKNOWN';

const cases: readonly (readonly [name: string, change: ServerScript, expected: readonly string[]])[] = [
  ['complete image', {}, ['image', 'linux/amd64', 'present']],
  [
    'manifest with other content',
    { rules: [{ match: get, do: { serve: true, flip: true } }] },
    ['incomplete digest-mismatch manifest GET 200'],
  ],
  [
    'manifest that is cut',
    { rules: [{ match: get, do: { serve: true, truncate: 9 } }] },
    ['incomplete length-mismatch manifest GET 200'],
  ],
  ['missing manifest', { rules: [{ match: get, do: { status: 404 } }] }, ['not-found manifest GET 404']],
  ['missing blobs', noBlobs, ['image', missing, missing]],
  [
    'blobs that HEAD cannot reach',
    { rules: [{ match: { method: 'HEAD', path: '/blobs/' }, do: { status: 403 } }] },
    ['image', 'linux/amd64', 'present'],
  ],
  [
    'blobs with another length',
    { rules: [{ match: { path: '/blobs/' }, do: { serve: true, truncate: 3 } }] },
    ['image', 'incomplete length-mismatch blob GET 200', 'incomplete length-mismatch blob GET 200'],
  ],
  [
    'blobs whose HEAD names another length than GET',
    {
      rules: [
        {
          match: { method: 'HEAD', path: '/blobs/' },
          do: { status: 200, headers: { 'Content-Length': '0' }, body: '' },
        },
      ],
    },
    ['image', 'linux/amd64', 'present'],
  ],
  [
    'blobs that another host refuses after a redirect',
    {
      rules: [{ match: { path: '/blobs/' }, do: { status: 307, headers: { Location: 'http://{{storage}}/x' } } }],
    },
    ['image', 'incomplete refused blob GET 403', 'incomplete refused blob GET 403'],
  ],
  [
    'config with other content',
    { rules: [{ match: { path: '/blobs/' }, do: { serve: true, flip: true } }] },
    ['image', 'incomplete digest-mismatch blob GET 200', 'present'],
  ],
];

describe('fetchManifest and fetchBlob', () => {
  for (const [name, change, expected] of cases) {
    test(`${name}: ${expected.join(', ')}`, async () => assert.deepEqual(await partsOf(change), expected));
  }

  test('an index has an entry for each platform', async () => {
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
});
