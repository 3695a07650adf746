import { Redacted } from '../lib/redacted.ts';
import type { ServiceAccountTokens } from '../engine/ports.ts';
import type { KubeApi } from './kube-api.ts';
import { objectPath } from './kube.ts';
import { objectAt, textAt } from '../lib/json.ts';

/**
 * ServiceAccount tokens by the TokenRequest API: `create` on `serviceaccounts/token`, a right of its own, for plugins
 * whose configuration has `tokenAttributes`. The kubelet binds its token to the pod; at admission there is none yet.
 */
export function kubeTokens(api: KubeApi): ServiceAccountTokens {
  return {
    async token(namespace, serviceAccount, audience, signal) {
      const path = objectPath(namespace, 'serviceaccounts', serviceAccount);
      if (path === undefined) return { kind: 'missing' };
      const body = {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { audiences: [audience] },
      };
      const reply = await api.write({ method: 'POST', path: `${path}/token`, body }, signal);
      if (reply.kind === 'missing' || reply.kind === 'forbidden') return { kind: reply.kind };
      if (reply.kind !== 'written') return { kind: 'unavailable', reason: 'server-error' };
      const status = objectAt(reply.value, 'status');
      const token = new Redacted(textAt(status, 'token'));
      if (token.empty) return { kind: 'unavailable', reason: 'server-error' };
      return { kind: 'found', value: { token, expiresAt: Date.parse(textAt(status, 'expirationTimestamp')) } };
    },
  };
}
