import type { Finding } from '../engine/finding.ts';

/** Whether the manifests contain an object that a controller creates the secret from, such as a SealedSecret. */
export type AnnouncedHere = (namespace: string, secret: string) => Promise<boolean>;

/**
 * Returns the findings without those that do not help the user offline: a `default` ServiceAccount, or a secret that
 * the manifests announce, could not be read. All findings stay if an image is uncertain, because these explain why.
 */
export async function withoutOfflineNoise(
  findings: readonly Finding[],
  namespace: string,
  announcedHere: AnnouncedHere,
): Promise<readonly Finding[]> {
  if (findings.some(dependsOnSecrets)) return findings;
  const kept = findings.map(async (finding) => ((await isNoise(finding, namespace, announcedHere)) ? [] : [finding]));
  return (await Promise.all(kept)).flat();
}

function dependsOnSecrets({ kind, mitigation }: Finding): boolean {
  return kind === 'access-unknown' || mitigation === 'hidden';
}

async function isNoise(finding: Finding, namespace: string, announcedHere: AnnouncedHere): Promise<boolean> {
  if (finding.kind !== 'pull-secret-unreadable' || finding.reason !== 'offline') return false;
  return finding.what === 'service-account' ? finding.name === 'default' : announcedHere(namespace, finding.name);
}
