import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { controlPlaneAvailable, needsControlPlane } from '../support/control-plane/assets.ts';
import { kubectlWith, succeed } from '../support/control-plane/kubectl.ts';
import { manifests } from '../support/overlay.ts';
import { blocksOf } from './commands.ts';

test(
  'docs/nodes.md: the kustomization for OpenShift sets no user and no group',
  await needsControlPlane(),
  async () => {
    const assets = await controlPlaneAvailable();
    assert.ok(assets.kind === 'available');
    const blocks = await blocksOf('docs/nodes.md');
    const written = blocks.find(({ text }) => text.startsWith('# kustomization.yaml\n'));
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'pullgate-openshift-')));
    const audit = relative(folder, join(manifests, 'overlays/audit'));
    try {
      await writeFile(join(folder, 'kustomization.yaml'), written?.text.replace('../audit', audit) ?? '');
      const rendered = await succeed(kubectlWith(assets.assets.kubectl, '/dev/null'), ['kustomize', folder]);
      const deployment = rendered.split('\n---\n').find((text) => text.includes('kind: Deployment\n')) ?? '';
      const { spec } = parse(deployment) as { spec: { template: { spec: { securityContext: object } } } };
      assert.deepEqual(Object.keys(spec.template.spec.securityContext), ['runAsNonRoot', 'seccompProfile']);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
