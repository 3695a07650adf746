import { parseDocument } from 'yaml';
import type { Config } from '../config/config.ts';
import type { Settlement } from '../scan/preflight/settlement.ts';

const empty = 'apiVersion: pullgate.dev/v1alpha1\nkind: PullgateConfiguration\n';

/**
 * Returns the text of a configuration with the changes of a settlement. Comments and the other fields stay. What needs a
 * file that only the user has is a comment at the end. `text` is the config file, empty if there is none.
 */
export function settledConfig(text: string, config: Config, settlement: Settlement): string {
  const document = parseDocument(text.trim() === '' ? empty : text);
  const { matchImages, exemptions } = settlement;
  if (matchImages.length > 0) {
    // The list replaces the default one, so it contains the patterns that are in use now.
    const all = [...new Set([...config.nodeCredentials.matchImages, ...matchImages])];
    document.setIn(['nodeCredentials', 'matchImages'], document.createNode(all));
  }
  if (exemptions.length > 0) {
    document.setIn(['exemptions'], document.createNode([...config.exemptions, ...exemptions]));
  }
  const hints = hintsFor(settlement, config);
  if (hints.length > 0) {
    document.comment = [document.comment, ...hints].filter(Boolean).join('\n');
  }
  return document.toString({ lineWidth: 120 });
}

function hintsFor({ needCA, needCertsDir }: Settlement, { certsDir }: Config): readonly string[] {
  return [
    ...(needCA.length === 0
      ? []
      : [
          ' Put the CAs of these registries in the component registry-cas, and remove the comment signs:',
          ' registries:',
          ...needCA.flatMap((host) => [
            `   - host: ${host}`,
            `     ca: /etc/pullgate-ca/${host.replace(':', '-')}.pem`,
          ]),
        ]),
    ...(needCertsDir.length === 0 || certsDir !== undefined
      ? []
      : [
          ` If nodes use a mirror for ${needCertsDir.join(', ')}: put their certs.d in the component certs-d, and remove`,
          ' the comment sign:',
          ' certsDir: /etc/containerd/certs.d',
        ]),
  ];
}
