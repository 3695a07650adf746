/** An API server double with a webhook configuration, and replicas that share a certificate through it. */
import { EventEmitter, once } from 'node:events';
import { kubeApi } from '../../src/cluster/kube-api.ts';
import { ownSecret } from '../../src/cluster/own-secret.ts';
import { webhookConfiguration } from '../../src/cluster/webhook-configuration.ts';
import { secretSource, type Round, type SecretSourceOptions } from '../../src/tls/secret-source.ts';
import type { RunningSource } from '../../src/tls/source.ts';
import { apiServerDouble, type ApiServerDouble } from '../support/api-server-double.ts';
import { soon } from '../support/soon.ts';

export const day = 86_400_000;
export const secretPath = '/api/v1/namespaces/pullgate/secrets/pullgate-tls';
export const webhookPath = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/pullgate';
export const names = ['pullgate.pullgate.svc', '127.0.0.1'];

export const service = { name: 'pullgate', namespace: 'pullgate' };

export async function cluster(): Promise<ApiServerDouble> {
  const server = await apiServerDouble();
  server.objects.set(webhookPath, {
    metadata: { name: 'pullgate', resourceVersion: '0' },
    webhooks: [
      { name: 'a', clientConfig: { service }, timeoutSeconds: 10 },
      { name: 'b', clientConfig: { url: 'https://127.0.0.1:1' } },
    ],
  });
  return server;
}

export async function replica(
  server: ApiServerDouble,
  options: Partial<SecretSourceOptions> = {},
): Promise<RunningSource & { rounds: Round[]; news: EventEmitter }> {
  const api = kubeApi(server.connection, { pauseMs: 1 });
  const rounds: Round[] = [];
  const news = new EventEmitter();
  const source = await secretSource(
    {
      secret: ownSecret(api, 'pullgate', 'pullgate-tls'),
      configuration: webhookConfiguration(api, 'pullgate'),
      names,
      everyMs: 5,
      settleMs: 1,
      onRound(round) {
        rounds.push(round);
        news.emit('round', round);
      },
      ...options,
    },
    AbortSignal.timeout(60_000),
  );
  if (typeof source === 'string') throw new Error(`no certificate: ${source}`);
  return { ...source, rounds, news };
}

export function bundlesOf(server: ApiServerDouble): readonly string[] {
  const { webhooks } = server.objects.get(webhookPath) as unknown as {
    webhooks: readonly { clientConfig: { caBundle: string } }[];
  };
  return webhooks.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString());
}

/** Resolves after the next round that is `wanted`. */
export async function until(source: { news: EventEmitter }, wanted: (round: Round) => boolean): Promise<void> {
  let round: Round;
  do [round] = (await once(source.news, 'round', soon())) as [Round];
  while (!wanted(round));
}

export function emitterOf(source: RunningSource): EventEmitter {
  const news = new EventEmitter();
  source.onChange((certificate) => news.emit('changed', certificate));
  return news;
}
