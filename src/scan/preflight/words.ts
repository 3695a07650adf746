import { accountOf } from '../../words/account.ts';
import { enumerate, inline } from '../../words/plain-text.ts';
import { sentence } from '../../words/sentence.ts';
import type { Cause } from './cause.ts';
import type { Disagreement, Preflight } from './preflight.ts';
import { counted } from '../../words/counted.ts';

/** The likely cause of a disagreement, and the fields of the configuration that settle it. */
export const causeWords: Readonly<Record<Cause, { readonly cause: string; readonly settle: string }>> = {
  credential: {
    cause: 'nodes have a credential that Pullgate does not know',
    settle:
      'nodeCredentials.matchImages as below, or better nodeCredentials.dockerConfig or nodeCredentials.providers, so that Pullgate has the credential too',
  },
  mirror: {
    cause: 'nodes pull it from a mirror that Pullgate does not know, or hide it from others',
    settle: 'certsDir: the certs.d folder of the nodes; nodeCredentials.matchImages if only nodes may see it',
  },
  ca: {
    cause: 'nodes trust a certificate authority that Pullgate does not know',
    settle: 'registries[].ca: the PEM file of the authority',
  },
  dns: {
    cause: 'only the DNS of the nodes knows the host, or they use a mirror',
    settle: 'certsDir if they use a mirror; otherwise give the pods of Pullgate a DNS server that knows the host',
  },
  network: {
    cause: 'only nodes reach the registry',
    settle:
      'certsDir if they use a mirror, proxy if they use a proxy, network.allowAddresses if Pullgate blocks the address',
  },
  runtime: {
    cause: 'the container runtime of the nodes accepts what containerd refuses',
    settle: 'exemptions as below',
  },
  policy: { cause: 'the image can be pulled, but the profile refuses it', settle: 'exemptions as below, or actions' },
  gone: {
    cause: 'it is gone since it was pulled',
    settle: 'nothing in the configuration: the pod would not start on another node, so fix the image or the secret',
  },
  unsaid: {
    cause: 'the registry gave no answer that says anything',
    settle: 'run preflight again later',
  },
};

/** Returns the result as text, for people. `profile` is the one that was assumed. */
export function preflightText(result: Preflight, profile: string): string {
  const { pods, refusedPods, disagreements } = result;
  const refused = disagreements.filter((each) => each.refused);
  const warned = disagreements.filter((each) => !each.refused);
  return [
    `${counted(pods, 'running pod')} compared with the profile ${profile}: ${refusedPods} would have been refused.`,
    ...section(
      'Refused, although nodes pulled it:',
      refused.filter(({ cause }) => cause !== 'gone'),
    ),
    ...section(
      'Refused, and would not start again:',
      refused.filter(({ cause }) => cause === 'gone'),
    ),
    ...section('Not refused, but Pullgate cannot check it as the nodes pull it:', warned),
    '',
    closing[result.outcome],
    '',
  ].join('\n');
}

const closing: Readonly<Record<Preflight['outcome'], string>> = {
  safe: 'Enforcing is safe: it would have refused nothing that runs.',
  refuses: 'Enforcing is not safe yet: apply the configuration below, and run preflight again.',
  unsaid: 'It cannot be said whether enforcing is safe: run preflight again.',
};

function section(title: string, disagreements: readonly Disagreement[]): readonly string[] {
  return disagreements.length === 0 ? [] : ['', title, ...disagreements.flatMap(paragraph)];
}

function paragraph({ registry, cause, images, pods, kinds, example }: Disagreement): readonly string[] {
  const subject = { kind: 'Pod', namespace: example.use?.name ?? '', name: '' };
  const { evidence } = accountOf({ finding: example, uses: [] }, subject);
  const words = causeWords[cause];
  return [
    `- ${registry === '' ? 'pull secrets' : inline(registry, 120)}: ${words.cause} (${kinds.join(', ')})`,
    ...labelled('images', images.length === 0 ? undefined : enumerate(images, 3, (image) => inline(image))),
    ...labelled(
      'pods',
      enumerate(pods, 3, (pod) => inline(pod, 200)),
    ),
    ...labelled('seen', evidence ?? sentence(example, subject)),
    ...labelled('settle', words.settle),
  ];
}

function labelled(label: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`  ${label.padEnd(8)}  ${text}`];
}
