import { after, before, describe } from 'node:test';
import { needsHelm } from '../support/helm.ts';
import { afterAdmission } from './after-admission.ts';
import { chart } from './chart.ts';
import { clusterOf } from './cluster.ts';
import { development } from './development.ts';
import { documents } from './documents.ts';
import { firstInstall } from './first-install.ts';
import { open, pushImages } from './images.ts';
import { bringUp, needsKit, type Kit } from './kit.ts';
import { missingObjects } from './missing-objects.ts';
import { nodeFiles } from './node-files.ts';
import { overlays } from './overlays.ts';
import { removal } from './removal.ts';
import { replacement } from './replacement.ts';
import { copyManifests, type Stage } from './site.ts';
import { workloads } from './workloads.ts';

const helm = await needsHelm();

describe('Pullgate on a real cluster', await needsKit(), () => {
  let kit: Kit | undefined;
  let ready: Stage | undefined;

  function stage(): Stage {
    if (ready === undefined) throw new Error('the cluster is not running');
    return ready;
  }

  before(async () => {
    kit = await bringUp();
    await kit.build(`${open}/pullgate:first`);
    await kit.build(`${open}/pullgate:second`);
    await pushImages(kit);
    const cluster = clusterOf(kit);
    for (const namespace of ['shop', 'stream']) await cluster.must('create', 'namespace', namespace);
    ready = { cluster, manifests: await copyManifests(cluster) };
  });
  after(async () => kit?.down());

  firstInstall(stage);
  workloads(stage);
  replacement(stage);
  afterAdmission(stage);
  missingObjects(stage);
  overlays(stage);
  nodeFiles(stage);
  removal(stage);
  chart(stage, helm);
  documents(stage, helm);
  development(stage);
});
