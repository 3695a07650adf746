import type { KubeApi } from '../cluster/kube-api.ts';
import { ownSecret } from '../cluster/own-secret.ts';
import { webhookBundles } from '../cluster/webhook-bundles.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../observe/log.ts';
import { fileSource } from '../tls/file-source.ts';
import { givenSecretSource } from '../tls/given-secret.ts';
import { secretSource } from '../tls/secret-source.ts';
import type { RunningSource } from '../tls/source.ts';
import type { SourceProblem } from '../tls/watched-source.ts';

/**
 * Opens the source of the webhook's certificate that the config names. Throws an Error with one line if it has no
 * certificate.
 */
export async function composeCertificates(
  config: Config,
  api: KubeApi,
  log: Log,
  signal: AbortSignal,
): Promise<RunningSource> {
  const { tls, ownNamespace } = config;
  const secret = ownSecret(api, ownNamespace, tls.secretName);
  const place = `Secret ${ownNamespace}/${tls.secretName}`;
  const onBroken = (problem: SourceProblem) =>
    log.error({ problem }, 'the new certificate cannot be used; the old one is kept');

  const onError = (err: unknown) => log.error({ err }, 'the certificate could not be read');

  if (tls.source === 'files') {
    const { certFile = '', keyFile = '' } = tls;
    return required(
      await fileSource({ cert: certFile, key: keyFile, onBroken, onError }, signal),
      `${certFile} and ${keyFile}`,
    );
  }
  if (tls.source === 'secret') return required(await givenSecretSource(secret, { onBroken, onError }, signal), place);
  const { service, webhookConfiguration } = tls;
  const host = `${service}.${ownNamespace}.svc`;
  const source = await secretSource(
    {
      secret,
      ...(webhookConfiguration === undefined ? {} : { bundle: webhookBundles(api, webhookConfiguration) }),
      onError,
      names: [host, `${host}.cluster.local`, ...tls.dnsNames],
      onRound: (round) =>
        log[round.secret === 'kept' && round.bundle === 'unchanged' ? 'debug' : 'info'](round, 'certificate'),
    },
    signal,
  );
  return required(source, place);
}

function required(source: RunningSource | string, place: string): RunningSource {
  if (typeof source === 'string') throw new Error(`${place}: no certificate for the webhook (${source})`);
  return source;
}
