import { networkInterfaces } from 'node:os';
import type { Config } from '../config/config.ts';
import type { Log } from '../observe/log.ts';

/**
 * Logs, if `network.denyRanges` is empty, which ranges of the cluster it could have: those around the Service of the API
 * server and around this pod. Only the operator knows their exact size: see docs/operations.md.
 */
export function logProposedRanges(
  log: Log,
  { network }: Config,
  environment: Readonly<Record<string, string | undefined>>,
  interfaces = networkInterfaces(),
): void {
  const apiServer = environment['KUBERNETES_SERVICE_HOST'];
  if (network.denyRanges.length > 0 || apiServer === undefined) return;
  const own = Object.values(interfaces).flatMap((each) => each ?? []);
  const addresses = own.flatMap(({ address, internal }) => (internal ? [] : [address]));
  const proposed = [...new Set([apiServer, ...addresses].flatMap(rangeAround))];
  log.info({ proposed }, 'network.denyRanges is empty: pod creators can make Pullgate ask Services and Pods');
}

/** The /16 around an IPv4 address, which is the most common size. Empty for any other text. */
function rangeAround(address: string): readonly string[] {
  const [, prefix] = /^(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(address) ?? [];
  return prefix === undefined ? [] : [`${prefix}.0.0/16`];
}
