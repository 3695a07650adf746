import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { join } from 'node:path';
import type { JsonObject } from '../../src/lib/json.ts';
import { asInManifest } from '../faults/support/as-in-manifest.ts';
import type { ApiServerDouble } from '../support/api-server-double.ts';
import { memoryLimit } from './memory-limit.ts';
import { asPod } from './pod.ts';
import { openSite, type Launch } from '../faults/support/serving.ts';

/** A server to send reviews to. */
export interface Target extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  readonly agent: Agent;
}

/** A Pullgate to send reviews to. */
export interface PullgateTarget extends Target {
  /** From the start of the process until it was ready, in ms. */
  readonly readyMs: number;
}

/**
 * Starts the built program with the Node options of the manifest, unless `launch` has others. If that can be, it has the
 * files and the memory limit of a pod. `prepare` stores what the cluster has.
 */
export async function startPullgate(
  settings: JsonObject = {},
  launch: Launch = {},
  prepare: (api: ApiServerDouble) => void = () => undefined,
): Promise<PullgateTarget> {
  const site = await openSite();
  prepare(site.api);
  const [pod, limit, manifest] = [await asPod(site), await memoryLimit(), await asInManifest()];
  const wrapper = [...(limit?.wrapper ?? []), ...(pod?.launch.wrapper ?? [])];
  const startedAt = performance.now();
  const { daemon, port } = await site.start(settings, { ...manifest, ...pod?.launch, ...launch, wrapper });
  const readyAt = performance.now();
  return {
    port,
    pid: daemon.pid,
    agent: site.agent,
    readyMs: readyAt - startedAt,
    async [Symbol.asyncDispose]() {
      await daemon.stop();
      await limit?.[Symbol.asyncDispose]();
      await pod?.[Symbol.asyncDispose]();
      await site[Symbol.asyncDispose]();
    },
  };
}

/** Starts the server to compare with, with the Node options of the manifest. */
export async function startEcho(): Promise<Target> {
  const { nodeOptions } = await asInManifest();
  const child = fork(join(import.meta.dirname, 'echo.ts'), [], { execArgv: [...nodeOptions] });
  const [{ port, ca }] = (await once(child, 'message')) as [{ readonly port: number; readonly ca: string }];
  const agent = new Agent({ keepAlive: true, ca });
  return {
    port,
    pid: child.pid ?? 0,
    agent,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
