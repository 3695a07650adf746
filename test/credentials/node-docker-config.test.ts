import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { nodeDockerConfig } from '../../src/credentials/node-docker-config.ts';
import { nodeKeyring } from '../../src/credentials/node-keyring.ts';
import type { Credential } from '../../src/engine/keyring/credential.ts';
import { image, never, pod, temporaryFolder } from './plugin-script.ts';

async function credentialsIn(file: string): Promise<readonly Credential[]> {
  const keyring = nodeKeyring(
    nodeDockerConfig(file, () => 0),
    [],
  );
  return (await keyring.lookup(image, pod, never)).credentials;
}

const auth = Buffer.from('node:secret').toString('base64');
const files = [
  { title: 'an entry for the registry is used', text: JSON.stringify({ auths: { 'r.io': { auth } } }), count: 1 },
  { title: 'credential helpers are ignored', text: JSON.stringify({ credHelpers: { 'r.io': 'x' } }), count: 0 },
  { title: 'a file that does not parse is ignored', text: '{', count: 0 },
  {
    title: 'the whole file is ignored if one entry is malformed',
    text: JSON.stringify({ auths: { 'r.io': { auth }, 'other.io': { auth: '!' } } }),
    count: 0,
  },
];

describe('nodeDockerConfig', () => {
  for (const { title, text, count } of files) {
    test(title, async () => {
      const file = join(await temporaryFolder(), 'config.json');
      await writeFile(file, text);
      assert.equal((await credentialsIn(file)).length, count);
    });
  }

  test('a missing file is ignored', async () => assert.deepEqual(await credentialsIn('/nowhere/config.json'), []));

  test('the file is read again after it changes', async () => {
    const file = join(await temporaryFolder(), 'config.json');
    let now = 0;
    const keyring = nodeKeyring(
      nodeDockerConfig(file, () => now),
      [],
    );
    assert.equal((await keyring.lookup(image, pod, never)).credentials.length, 0);
    await writeFile(file, JSON.stringify({ auths: { 'r.io': { auth } } }));
    now += 60_000;
    assert.equal((await keyring.lookup(image, pod, never)).credentials.length, 1);
  });
});
