import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { join } from 'node:path';
import type { JsonObject } from '../../src/lib/json.ts';
import { asInManifest } from '../faults/support/as-in-manifest.ts';
import { asPod } from './pod.ts';
import { openSite, type Launch } from '../faults/support/serving.ts';

/** A server to send reviews to. */
export interface Target extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  readonly agent: Agent;
}

/** Starts the built program, as in a pod if that can be, with the Node options of the manifest unless `launch` has others. */
export async function startPullgate(settings: JsonObject = {}, launch: Launch = {}): Promise<Target> {
  const site = await openSite();
  const pod = await asPod(site);
  const { daemon, port } = await site.start(settings, { ...(await asInManifest()), ...pod?.launch, ...launch });
  return {
    port,
    pid: daemon.pid,
    agent: site.agent,
    async [Symbol.asyncDispose]() {
      await daemon.stop();
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
