import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import type { Relation } from '../../diagnose/judgement.ts';
import { mayPass, type PullCause, type Side } from '../../diagnose/pull-cause.ts';
import { isSameCause } from '../../diagnose/same-cause.ts';
import { wordsFor } from '../by-kind.ts';
import { quote } from '../plain-text.ts';
import { topics } from '../topic.ts';
import { sideTopics } from './cause-words.ts';
import { findingOf, subjectOfDiagnosis, isByRegistry } from './subject.ts';

/** The first words: where to look. */
export function diagnosisTopic(diagnosis: Diagnosis): string {
  const { relation, side, trouble } = diagnosis;
  const finding = findingOf(diagnosis);
  if (isByRegistry(relation) && finding !== undefined) return wordsFor(topics, finding, subjectOfDiagnosis(diagnosis));
  if (relation === 'healed') return 'fixed since';
  if (trouble.said.cause === 'still-pulling') return 'still pulling';
  if (trouble.said.cause === 'rate-limited') return 'rate limit';
  if (relation === 'node-only') return 'the way from the node to the registry';
  return sideTopics[side];
}

/** How the two sides fit, and what follows from it. */
export function verdictWords(diagnosis: Diagnosis): string {
  return verdicts[diagnosis.relation](diagnosis);
}

const verdicts: Readonly<Record<Relation, (diagnosis: Diagnosis) => string>> = {
  agree: (diagnosis) => {
    const finding = findingOf(diagnosis);
    if (finding !== undefined && !isSameCause(diagnosis.trouble.said.cause, finding)) return bothPoint(diagnosis.side);
    if (finding === undefined || !('answer' in finding)) return 'Pullgate finds the same as the node.';
    const own = finding.kind === 'access-unknown' ? " The node's own credentials, if it has any, did not help." : '';
    return `The node and the registry say the same.${own}`;
  },
  'registry-explains': ({ trouble }) =>
    trouble.said.cause === 'unknown'
      ? "The kubelet's message names no cause, but the answer of the registry does."
      : 'What Pullgate gets explains what the node met.',
  healed: ({ pod }) =>
    `What the node met is gone. If the next try fails too, ${nodeWords(pod.node)} asks another host than Pullgate: look at its mirrors.`,
  'node-only': (diagnosis) => nodeOnly(diagnosis),
  'on-node': ({ pod, now }) =>
    `${now.kind === 'pullable' ? 'The registry has no part in it. ' : ''}The cause is on ${nodeWords(pod.node)}.`,
  changed: () =>
    'The node met another problem than the registry has now. The next try meets the one that the registry has now.',
  'not-refuted': () =>
    'Pullgate finds nothing wrong with the image, but this it cannot check: what the node met counts.',
  'kubelet-only': ({ now }) =>
    now.kind === 'unknown' && now.finding === undefined
      ? 'Only the message of the node counts here: no image of this pod was asked for.'
      : 'Pullgate got no answer to compare with, so only the message of the node counts.',
  unexplained: ({ pod, trouble }) =>
    trouble.said.cause === 'still-pulling'
      ? 'Nothing has failed so far, and the registry has nothing against the pull.'
      : `The message names no cause, and the registry has nothing against the pull: look at ${nodeWords(pod.node)}.`,
};

function bothPoint(side: Side): string {
  return side === 'way'
    ? 'Neither the node nor Pullgate gets through to the registry, each for another reason.'
    : `Both point to the same place: ${sideTopics[side]}.`;
}

/** The node had a connection to something that answered. */
const answered: ReadonlySet<PullCause> = new Set(['login-failed', 'server-error', 'not-a-registry']);

function nodeOnly({ pod, now, trouble }: Diagnosis): string {
  const { cause } = trouble.said;
  if (cause === 'rate-limited') {
    return 'The registry would serve Pullgate, but it limits the node: it counts by address or by account.';
  }
  const passed = mayPass(cause) ? 'Either the problem has passed, or ' : '';
  const look = `the network, proxy, certificates or mirrors of ${nodeWords(pod.node)} are the place to look`;
  const reach = answered.has(cause)
    ? 'The registry answers Pullgate as it should, and it did not answer the node so.'
    : 'Pullgate reaches the registry, and the node could not.';
  const then = now.kind === 'fails' ? ' Once the node reaches it, the pull meets what the registry says.' : '';
  return `${reach} ${passed === '' ? look.slice(0, 1).toUpperCase() + look.slice(1) : passed + look}.${then}`;
}

function nodeWords(node: string): string {
  return node === '' ? 'the node' : `node ${quote(node, 63)}`;
}
