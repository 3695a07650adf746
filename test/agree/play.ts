import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeChecker } from '../../src/compose/checker.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { caFile } from '../support/certificates.ts';
import { stretched } from '../support/stretched.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { admit } from './api-server.ts';
import { configFor } from './config.ts';
import type { Scenario } from './scenario.ts';
import { writeNodeFiles } from './stage.ts';
import { resolveHost, worldOf } from './world.ts';

const namespace = 'team';

/** Starts the servers of a scenario and returns the findings. `deep` also checks config and layers. */
export async function play(scenario: Scenario, deep: boolean): Promise<readonly Finding[]> {
  const ca = JSON.stringify(scenario).includes('{{ca}}') ? { ca: await caFile() } : {};
  await using running = await startScript(scenario.registry, { namespace, ...ca });
  const { registry, ...symbolic } = scenario;
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-scenario-'));
  try {
    return await check({ registry, ...running.substitute(symbolic) }, folder, deep);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/** The longest deadline on a busy machine, in ms. Some scenarios use up their whole deadline. */
const maxDeadlineMs = 60_000;

/** Runs the check of the webhook, with its deadline, or a longer one on a busy machine. */
async function check(scenario: Scenario, folder: string, deep: boolean): Promise<readonly Finding[]> {
  const { stored, plan } = admit(scenario, namespace);
  const config = configFor(await writeNodeFiles(scenario.node, folder), deep);
  const checker = await composeChecker(config, worldOf(scenario, stored, namespace), { onBug: rethrow, resolveHost });
  try {
    return await checker.check(plan, AbortSignal.timeout(Math.min(stretched(config.deadline), maxDeadlineMs)));
  } finally {
    await checker.close();
  }
}
