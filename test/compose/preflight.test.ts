import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { preflightCommand, type PreflightCommandOptions } from '../../src/compose/preflight-command.ts';
import { settledConfig } from '../../src/compose/settled-config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { reset, status } from '../support/api-server-double.ts';
import { patient } from '../support/fake-registry.ts';
import { podSpec } from '../support/pods.ts';
import { basicRegistry } from '../support/registries.ts';
import { scanStage, type ScanStage } from '../support/scan-stage.ts';

const digest = `registry.test/app@sha256:${'a'.repeat(64)}`;

/** A pod that runs with an image that its node has pulled. */
function runningPod(image: string): JsonObject {
  const containerStatuses = [{ name: 'c0', imageID: digest }];
  return { spec: podSpec([image]), status: { phase: 'Running', containerStatuses } };
}

async function run(scene: ScanStage, options: Partial<PreflightCommandOptions> = {}) {
  let stdout = '';
  let stderr = '';
  const outcome = await preflightCommand(
    {
      name: 'pullgate',
      kubeconfig: join(scene.folder, 'kubeconfig'),
      config: join(scene.folder, 'pullgate.yaml'),
      output: 'text',
      quiet: false,
      timeout: 120_000,
      rate: 10_000,
      overrides: {},
      environment: {},
      ...options,
    },
    { stdout: { write: (text) => (stdout += text) }, stderr: { write: (text) => (stderr += text) } },
    patient(),
  );
  return { outcome, stdout, stderr };
}

/** A cluster whose nodes have a credential for the registry that no pull secret has. */
async function nodesWithCredential(): Promise<ScanStage> {
  const scene = await scanStage(basicRegistry());
  scene.put('v1/serviceaccounts', 'shop', 'default', {});
  scene.put('v1/pods', 'shop', 'web', runningPod(`${scene.host}/team/app:v1`));
  return scene;
}

describe('pullgate preflight', () => {
  test('finds a credential that only nodes have, and is clean with the configuration that it prints', async () => {
    await using scene = await nodesWithCredential();
    const before = await run(scene);
    assert.equal(before.outcome, 'refuses');
    assert.match(before.stdout, /1 running pod compared with the profile balanced: 1 would have been refused\./);
    assert.match(before.stdout, /nodes have a credential that Pullgate does not know \(access-denied\)/);
    const { stdout: settled } = await run(scene, { output: 'config' });
    assert.ok(settled.includes(`- ${scene.host}/team/app`), settled);
    await writeFile(join(scene.folder, 'pullgate.yaml'), settled);
    const after = await run(scene);
    assert.equal(after.outcome, 'safe', after.stdout);
    assert.match(after.stdout, /Enforcing is safe/);
  });

  test('asks about balanced if the profile is audit, which refuses nothing', async () => {
    await using scene = await nodesWithCredential();
    assert.equal((await run(scene, { overrides: { flags: { profile: 'audit' } } })).outcome, 'refuses');
  });

  test('lists apart what is gone from the registry', async () => {
    await using scene = await scanStage();
    scene.put('v1/pods', 'shop', 'old', runningPod(`${scene.host}/team/app:v0`));
    const { outcome, stdout } = await run(scene);
    assert.equal(outcome, 'refuses');
    assert.match(stdout, /Refused, and would not start again:\n- \S+: it is gone since it was pulled/);
    assert.doesNotMatch(stdout, /matchImages:/);
  });

  test('leaves out the namespaces that the webhook does not see', async () => {
    await using scene = await nodesWithCredential();
    scene.api.objects.set('/api/v1/namespaces/shop', {
      metadata: { name: 'shop', labels: { 'pullgate.dev/webhook': 'ignore' } },
    });
    scene.put('v1/pods', 'kube-system', 'proxy', runningPod(`${scene.host}/team/app:v1`));
    const { outcome, stdout } = await run(scene);
    assert.equal(outcome, 'safe');
    assert.match(stdout, /^0 running pods/);
  });

  test('cannot say it if the pods may not be listed, or not to the end', async () => {
    await using scene = await nodesWithCredential();
    scene.api.faults.set('/api/v1/pods', [status(403, 'Forbidden')]);
    const forbidden = await run(scene);
    assert.equal(forbidden.outcome, 'unsaid');
    assert.match(forbidden.stderr, /pods in all namespaces: no permission\. The user needs the verb list on pods/);
    scene.api.faults.set('/api/v1/pods', [reset]);
    assert.equal((await run(scene)).outcome, 'unsaid');
  });

  test('writes one JSON object for programs', async () => {
    await using scene = await nodesWithCredential();
    const { stdout } = await run(scene, { output: 'json' });
    const report = JSON.parse(stdout) as {
      outcome: string;
      disagreements: readonly JsonObject[];
      configuration: string;
    };
    assert.equal(report.outcome, 'refuses');
    assert.deepEqual(report.disagreements[0]?.['pods'], ['shop/web']);
    assert.match(report.configuration, /kind: PullgateConfiguration/);
  });
});

const text = `# Kept by the platform team.
apiVersion: pullgate.dev/v1alpha1
kind: PullgateConfiguration
profile: audit # for now
exemptions:
  - images: ['a/*']
    reason: as before
`;

/** The configuration after a settlement, as text and as Pullgate reads it. */
function settle(more: Partial<Parameters<typeof settledConfig>[2]>) {
  const old = readConfigOf(text);
  const nothing = { matchImages: [], exemptions: [], needCA: [], needCertsDir: [] };
  const written = settledConfig(text, old.config, { ...nothing, ...more });
  return { written, before: old.config, after: readConfigOf(written).config };
}

describe('the configuration that settles it', () => {
  test('keeps comments and other fields', () => {
    const { written, after } = settle({ matchImages: ['registry.test/team'] });
    assert.match(written, /^# Kept by the platform team\.$/m);
    assert.match(written, /^profile: audit # for now$/m);
    assert.equal(after.exemptions.length, 1);
  });

  test('adds to the patterns that are in use, which the list would replace', () => {
    const { before, after } = settle({ matchImages: ['registry.test/team'] });
    assert.deepEqual(after.nodeCredentials.matchImages, [...before.nodeCredentials.matchImages, 'registry.test/team']);
  });

  test('adds exemptions after those that exist', () => {
    const added = { images: ['busybox'], kinds: ['latest-tag' as const], reason: 'it ran before' };
    const { after } = settle({ exemptions: [added] });
    assert.deepEqual(after.exemptions.at(-1), added);
  });

  test('only hints at what needs a file', () => {
    const { written, before, after } = settle({ needCA: ['registry.test:5000'], needCertsDir: ['registry.test:5000'] });
    assert.match(written, /^# {5}ca: \/etc\/pullgate-ca\/registry\.test-5000\.pem$/m);
    assert.match(written, /^# certsDir: \/etc\/containerd\/certs\.d$/m);
    assert.deepEqual(after, before);
  });

  test('is a whole file if there was none', () => {
    const { config } = readConfigOf(undefined);
    const nothing = { exemptions: [], needCA: [], needCertsDir: [] };
    const written = settledConfig('', config, { ...nothing, matchImages: ['registry.test/team'] });
    assert.ok(readConfigOf(written).config.nodeCredentials.matchImages.includes('registry.test/team'));
  });
});

function readConfigOf(text: string | undefined) {
  const result = readConfig(text === undefined ? undefined : { name: 'pullgate.yaml', text });
  assert.ok(result.kind === 'config', result.kind === 'invalid' ? result.problem : '');
  return result;
}
