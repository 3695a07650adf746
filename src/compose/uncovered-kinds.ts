import type { KubeApi } from '../cluster/kube-api.ts';
import { coveredResources } from '../cluster/covered-resources.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../observe/log.ts';

/**
 * Warns of each kind in `workloads` that no rule of the webhook configuration covers: the API server never sends its
 * objects to Pullgate. Says nothing if there are none, or if `stop` aborts. Throws only for a bug.
 */
export async function warnOfUncoveredKinds(
  { workloads, tls: { webhookConfiguration: name } }: Pick<Config, 'workloads' | 'tls'>,
  api: Pick<KubeApi, 'get'>,
  log: Pick<Log, 'info' | 'warn'>,
  stop: AbortSignal,
): Promise<void> {
  if (workloads.length === 0) return;
  function unknown(reason: string): void {
    const kinds = workloads.map(({ group, resource }) => `${resource}.${group}`);
    log.info({ workloads: kinds, reason }, 'it is unknown whether the rules of the webhook cover the custom workloads');
  }
  if (name === undefined) return unknown('tls.webhookConfiguration is not set');
  try {
    const rules = await coveredResources(api, name, stop);
    if (rules.kind !== 'found') return unknown(rules.kind);
    for (const { group, kind, resource } of workloads.filter((one) => !rules.value(one.group, one.resource))) {
      log.warn(
        { group, kind, resource, webhookConfiguration: name },
        'no rule of the webhook covers a kind in workloads, so the API server does not send its objects to Pullgate',
      );
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}
