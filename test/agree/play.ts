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
  readonly config: Config;
  readonly checker: Checker;
  /** The time limit of a review, in ms, or more on a busy machine. */
  readonly deadlineMs: number;
}

/** Starts the servers of a scenario and returns the findings. `deep` also checks config and layers. */
export function play(scenario: Scenario, deep: boolean): Promise<readonly Finding[]> {
  return during(scenario, deep, ({ checker, plan, deadlineMs }) =>
    checker.check(plan, AbortSignal.timeout(deadlineMs)),
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

/** The longest deadline on a busy machine, in ms. Some scenarios use up their whole deadline. */
const maxDeadlineMs = 60_000;

async function withChecker<T>(
  scenario: Scenario,
  folder: string,
  deep: boolean,
  use: (played: Played) => Promise<T>,
): Promise<T> {
  const admitted = admit(scenario, namespace);
  const config = configFor(await writeNodeFiles(scenario.node, folder), deep);
  const world = worldOf(scenario, admitted.stored, namespace);
  const checker = await composeChecker(config, world, { onBug: rethrow, resolveHost });
  const deadlineMs = Math.min(stretched(config.deadline), maxDeadlineMs);
  try {
    return await use({ ...admitted, scenario, config, checker, deadlineMs });
  } finally {
    await checker.close();
  }
}
