import type { UnreachableReason } from '../engine/answer.ts';
import { realmTrust } from './login/realm.ts';
import type { Breakage } from './network/breakage.ts';
import type { Send } from './network/transport.ts';

/** How a failure at another host than the registry's says less to a pod creator. */
export interface DiscreetSendOptions {
  /** Whether a host has a private address. */
  readonly isPrivate: (host: string) => boolean;
  readonly realmHosts: readonly string[];
  /** Called with each cause that is kept back, such as `timeout`. */
  readonly onConcealed: (registry: string, cause: string) => void;
}

/**
 * Returns `send` for pod creators who must not probe the network with it: a registry can redirect to any host, or name it
 * as its token endpoint. If such a host has a private address and does not belong to the owner of the registry, the cause
 * of a failure becomes `unproven-host`.
 */
export function discreetSend(send: Send, { isPrivate, realmHosts, onConcealed }: DiscreetSendOptions): Send {
  return async (request, route, signal) => {
    const answer = await send(request, route, signal);
    if (answer.kind === 'response' || isOwn(answer.reason)) return answer;
    const { host, url } = request;
    if (!isPrivate(url.host) || realmTrust(url, { scheme: 'http', host }, realmHosts) !== 'foreign') return answer;
    onConcealed(host, answer.reason);
    return { kind: 'broken', reason: 'unproven-host' };
  };
}

/** Whether Pullgate itself did not send the request. */
function isOwn(reason: Breakage): reason is Exclude<Breakage, UnreachableReason> {
  return reason === 'address' || reason === 'overload';
}
