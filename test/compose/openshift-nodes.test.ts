import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OpenShift } from '../../src/cluster/openshift.ts';
import { composeRegistries } from '../../src/compose/registry.ts';
import type { NodeFiles } from '../../src/engine/hosts/openshift/node-files.ts';
import { readRegistriesConf, type RegistriesConf } from '../../src/engine/hosts/containers/registries-conf.ts';
import { anonymous } from '../../src/engine/keyring/credential.ts';
import type { RuntimeKind } from '../../src/engine/nodes/runtime-kind.ts';
import { testConfig } from '../support/pullgate.ts';
import { publicRegistry } from '../support/registries.ts';
import { startScript } from '../support/scripted-registry/start.ts';

/** A registry that does not exist. */
const upstream = 'registry.example.test';

function confOf(table: object): RegistriesConf {
  const read = readRegistriesConf(
    { file: 'registries.conf', toml: { registry: [{ location: upstream, ...table }] } },
    [],
  );
  if (read.kind === 'invalid') throw new Error(read.reason);
  return read.conf;
}

function openShiftWith(registries: RegistriesConf): OpenShift {
  const files: NodeFiles = { kind: 'files', registries, policy: { otherwise: 'accept', scopes: new Map() } };
  return () => Promise.resolve({ files, pullSecret: { kind: 'missing' }, ownRegistries: [] });
}

/** The kind of the answer about `team/app:v1` of `upstream`, and how many requests the mirror got. */
async function ask(runtime: RuntimeKind, table: (mirror: string) => object): Promise<readonly [string, boolean]> {
  await using script = await startScript(publicRegistry());
  const mirror = script.symbols['registry'] ?? '';
  const config = testConfig({ network: { allowLoopback: true } });
  const openShift = openShiftWith(confOf(table(mirror)));
  const { registry, close } = await composeRegistries(config, {
    openShift,
    resolveHost: () => Promise.reject(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })),
  });
  const reference = { registry: upstream, repository: 'team/app', tag: 'v1' };
  const { kind } = await registry.resolve({ runtime, reference, credential: anonymous }, AbortSignal.timeout(60_000));
  await close();
  return [kind, script.log.length > 0];
}

function mirrored(mirror: string): object {
  return { mirror: [{ location: mirror, insecure: true }] };
}

describe('what OpenShift writes to its nodes decides where', () => {
  test('CRI-O looks for an image: at a mirror', async () => {
    assert.deepEqual(await ask('cri-o', mirrored), ['found', true]);
  });
  test('CRI-O looks for no image: at a blocked registry', async () => {
    assert.deepEqual(await ask('cri-o', () => ({ blocked: true })), ['forbidden', false]);
  });
  test('containerd does not look for an image', async () => {
    assert.deepEqual(await ask('containerd', mirrored), ['unreachable', false]);
  });
});
