import type { AuthenticationV1TokenRequest } from '@kubernetes/client-node';
import type { ServiceAccountTokens } from '../engine/ports.ts';
import { stringOf } from '../lib/json.ts';
import { Redacted } from '../lib/redacted.ts';
import { unverified, type Wire } from './api-types.ts';
import type { KubeApi } from './kube-api.ts';
import { objectPath } from './kube.ts';

/**
 * ServiceAccount tokens from the TokenRequest API, for plugins whose configuration has `tokenAttributes`. This needs
 * the permission to `create` `serviceaccounts/token`, which nothing else needs. The kubelet binds its token to the pod;
 * this token is not bound, because at admission the pod does not exist yet.
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
      } satisfies Wire<AuthenticationV1TokenRequest>;
      const written = await api.write({ method: 'POST', path: `${path}/token`, body }, signal);
      if (written.kind === 'missing' || written.kind === 'forbidden') return { kind: written.kind };
      if (written.kind !== 'written') return { kind: 'unavailable', reason: 'server-error' };
      const { status } = unverified<AuthenticationV1TokenRequest>(written.value);
      const token = new Redacted(stringOf(status?.token));
      if (token.empty) return { kind: 'unavailable', reason: 'server-error' };
      return { kind: 'found', value: { token, expiresAt: Date.parse(stringOf(status?.expirationTimestamp)) } };
    },
  };
}
