import type { Finding } from '../engine/finding.ts';

/** Whether the manifests themselves hold what a controller will make the secret from. */
export type AnnouncedHere = (namespace: string, secret: string) => Promise<boolean>;

/**
 * Findings without those that offline say nothing to anybody: that the `default` ServiceAccount, or a secret that the
 * manifests announce, was not seen. Where an image is in doubt, they are why, and stay.
 */
export async function withoutOfflineNoise(
  findings: readonly Finding[],
  namespace: string,
  announcedHere: AnnouncedHere,
): Promise<readonly Finding[]> {
  if (findings.some(restsOnSecrets)) return findings;
  const kept = findings.map(async (finding) => ((await isIdle(finding, namespace, announcedHere)) ? [] : [finding]));
  return (await Promise.all(kept)).flat();
}

function restsOnSecrets({ kind, mitigation }: Finding): boolean {
  return kind === 'access-unknown' || mitigation === 'hidden';
}

async function isIdle(finding: Finding, namespace: string, announcedHere: AnnouncedHere): Promise<boolean> {
  if (finding.kind !== 'pull-secret-unreadable' || finding.reason !== 'offline') return false;
  return finding.what === 'service-account' ? finding.name === 'default' : announcedHere(namespace, finding.name);
}
