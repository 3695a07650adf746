import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkWorkload } from '../../src/engine/check.ts';
import type { CheckOptions } from '../../src/engine/check-options.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { caFile } from '../support/certificates.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { admit } from './api-server.ts';
import type { Scenario } from './scenario.ts';
import { writeNodeFiles } from './stage.ts';
import { wire } from './wire.ts';

/** One configuration for all scenarios: what the webhook has where its config says nothing. */
const options: CheckOptions = {
  platforms: [],
  readConfig: false,
  deep: false,
  nodeCredentials: { matchImages: [], complete: true },
  missingSecret: 'deny',
  placeholders: ['auto'],
  rewrites: [],
};

/** The webhook's own default, in ms. */
const deadlineMs = 10_000;

const namespace = 'team';

/** Puts a scenario on stage and answers with what the engine finds; `deep` looks at config and layers too. */
export async function play(scenario: Scenario, deep: boolean): Promise<readonly Finding[]> {
  const ca = JSON.stringify(scenario).includes('{{ca}}') ? { ca: await caFile() } : {};
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-scenario-'));
  await using running = await startScript(scenario.registry, { namespace, ...ca });
  const { registry, ...symbolic } = scenario;
  const staged: Scenario = { registry, ...running.substitute(symbolic) };
  const { stored, plan } = admit(staged, namespace);
  const wired = wire(staged, stored, namespace, await writeNodeFiles(staged.node, folder));
  try {
    return await checkWorkload(plan, wired.ports, { ...options, deep }, AbortSignal.timeout(deadlineMs));
  } finally {
    await wired.close();
    await rm(folder, { recursive: true, force: true });
  }
}
