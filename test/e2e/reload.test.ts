import assert from 'node:assert/strict';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { objectOf, type JsonObject } from '../../src/lib/json.ts';
import { openSite, type Replica } from '../faults/support/serving.ts';
import { until } from '../faults/support/until.ts';
import { caCertificate } from '../support/certificates.ts';
import { deployment } from '../support/pods.ts';
import { basicRegistry, dockerConfigJson, publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';

/** Time limit for a reload, in ms. The files are read every few seconds. */
const withinMs = 20_000;

/** Writes a new file and renames it, as editors do, and as the kubelet updates a ConfigMap. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

async function allows(replica: Replica, image: string): Promise<boolean> {
  return (await replica.review(deployment([image]))).allowed === true;
}

test('a new config is used without a restart, and an invalid one is ignored', async () => {
  await using script = await startScript(publicRegistry());
  await using site = await openSite();
  await using replica = await site.start();
  const config = join(site.folder, `config-${replica.port}.yaml`);
  const written = objectOf(JSON.parse(await readFile(config, 'utf8')));
  const write = (change: JsonObject) => replace(config, JSON.stringify({ ...written, ...change }));
  const missing = `${script.symbols['registry']}/team/app:v9`;
  assert.equal(await allows(replica, missing), false);

  await write({ profile: 'audit' });
  await until('the audit profile is used', () => allows(replica, missing), withinMs);

  await write({ profile: 'lenient' });
  const rejected = async () => /pullgate_config_rejected 1/.test((await replica.get('/metrics')).text);
  await until('the metrics show the invalid config', rejected, withinMs);
  assert.equal(await allows(replica, missing), true, 'the last valid config stays in use');

  await write({ profile: 'balanced' });
  await until('the next valid config is used', async () => !(await allows(replica, missing)), withinMs);
});

test('changes of a CA, a hosts.toml and the docker config of the node are used without a restart', async () => {
  await using script = await startScript({
    blobs: publicRegistry().blobs,
    servers: { ...basicRegistry().servers, tls: { ...publicRegistry().servers['registry'], listen: 'https' } },
  });
  await using site = await openSite();
  const file = (name: string) => join(site.folder, name);
  const [host = '', secure = ''] = [script.symbols['registry'], script.symbols['tls']];
  const hostsToml = (settings: string) => `server = "https://${secure}"\n${settings}`;
  const other = (await readFile(file('tls.crt'), 'utf8')).trim();
  await mkdir(file('certs.d/secure.example.test'), { recursive: true });
  await writeFile(file('certs.d/secure.example.test/hosts.toml'), hostsToml(`ca = "${file('ca.pem')}"\n`));
  await writeFile(file('ca.pem'), `${other}\n`);
  await writeFile(file('config.json'), '{}');
  await using replica = await site.start({
    certsDir: file('certs.d'),
    nodeCredentials: { dockerConfig: file('config.json') },
  });
  assert.equal(await allows(replica, `${host}/team/app:v1`), false, 'there is no credential yet');
  const untrusted = await replica.review(deployment(['secure.example.test/team/app:v1']));
  assert.deepEqual(untrusted.kinds, ['registry-untrusted']);

  await replace(file('config.json'), dockerConfigJson(host));
  await until('the new credential is used', () => allows(replica, `${host}/team/app:v1`), withinMs);

  await replace(file('ca.pem'), await caCertificate());
  const trusted = async () =>
    (await replica.review(deployment(['secure.example.test/team/app:v1']))).kinds.length === 0;
  await until('the new CA is trusted', trusted, withinMs);

  await replace(file('certs.d/secure.example.test/hosts.toml'), hostsToml('ca = "/nowhere.pem"\n'));
  const untrustedAgain = async () =>
    (await replica.review(deployment(['secure.example.test/team/app:v9']))).kinds.includes('registry-untrusted');
  await until('the new hosts.toml is used', untrustedAgain, withinMs);
});
