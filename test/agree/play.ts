import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeChecker, type Checker } from '../../src/compose/checker.ts';
import type { Config } from '../../src/config/config.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { caCertificate, caFile } from '../support/certificates.ts';
import { stretched } from '../support/stretched.ts';
import { startScript } from '../support/scripted-registry/start.ts';
import { admit, type Admitted } from './api-server.ts';
import { configFor } from './config.ts';
import type { Scenario } from './scenario.ts';
import { writeNodeFiles } from './stage.ts';
import { resolveHost, worldOf } from './world.ts';

/** The namespace of the objects of all scenarios. */
export const namespace = 'team';

/** A scenario whose servers run. */
export interface Played extends Admitted {
  /** With the addresses of the servers. */
  readonly scenario: Scenario;
  /** With longer time limits on a busy machine. */
  readonly config: Config;
  readonly checker: Checker;
}

/** Starts the servers of a scenario and returns the findings. `deep` also checks config and layers. */
export function play(scenario: Scenario, deep: boolean): Promise<readonly Finding[]> {
  return during(scenario, deep, ({ checker, plan, config }) =>
    checker.check(plan, AbortSignal.timeout(config.deadline)),
  );
}

/** Starts the servers of a scenario, and returns the result of `use`. */
export async function during<T>(scenario: Scenario, deep: boolean, use: (played: Played) => Promise<T>): Promise<T> {
  const ca = /\{\{ca(?:\.pem)?\}\}/.test(JSON.stringify(scenario))
    ? { ca: await caFile(), 'ca.pem': await caCertificate() }
    : {};
  await using running = await startScript(scenario.registry, { namespace, ...ca });
  const { registry, ...symbolic } = scenario;
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-scenario-'));
  try {
    return await withChecker({ registry, ...running.substitute(symbolic) }, folder, deep, use);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/** The most by which a busy machine lengthens the time limits. Some scenarios use up their whole deadline. */
const maxSlowness = 6;

/** The config with time limits that hold on a busy machine. */
function patient(config: Config): Config {
  const slowness = Math.min(stretched(1000) / 1000, maxSlowness);
  const longer = (ms: number): number => Math.ceil(ms * slowness);
  const { connectTimeout, headersTimeout } = config.client;
  return {
    ...config,
    deadline: longer(config.deadline),
    client: { ...config.client, connectTimeout: longer(connectTimeout), headersTimeout: longer(headersTimeout) },
  };
}

async function withChecker<T>(
  scenario: Scenario,
  folder: string,
  deep: boolean,
  use: (played: Played) => Promise<T>,
): Promise<T> {
  const admitted = admit(scenario, namespace);
  const config = patient(configFor(await writeNodeFiles(scenario.node, folder), deep));
  const world = worldOf(scenario, admitted.stored, namespace);
  const checker = await composeChecker(config, world, { onBug: rethrow, resolveHost });
  try {
    return await use({ ...admitted, scenario, config, checker });
  } finally {
    await checker.close();
  }
}
