import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { parseImageReference } from '../../engine/image/image-reference.ts';
import { fixFor } from '../fixes.ts';
import { deletePod } from '../kubectl.ts';
import { nodeFix, type NodeFix, type NodePlace } from './node-fixes.ts';
import { findingOf, subjectOfDiagnosis, isByRegistry } from './subject.ts';

/** What to do, and the commands that do it or show more. */
export function diagnosisFix(diagnosis: Diagnosis): NodeFix {
  const { relation, trouble, heals } = diagnosis;
  const finding = findingOf(diagnosis);
  const again = deletion(diagnosis);
  if (relation === 'healed') {
    return again === undefined
      ? { advice: 'Wait for the next try.', commands: [] }
      : {
          advice: 'Wait for the next try, or delete the pod, so that its workload creates a new one:',
          commands: [again],
        };
  }
  if (finding === undefined || !isByRegistry(relation)) return nodeFix(trouble.said.cause, placeOf(diagnosis));
  const { advice, command } = fixFor(finding, subjectOfDiagnosis(diagnosis));
  // A changed image makes new pods by itself. A new pull secret does not.
  const then = heals === 'new-pod' && finding.kind !== 'invalid-image-name' ? again : undefined;
  return { advice, commands: [command, then].filter((line) => line !== undefined) };
}

/** The command that deletes the pod. Undefined if nothing would create it again. */
function deletion({ pod, editable: { kind, controlled } }: Diagnosis): string | undefined {
  return controlled || kind.kind !== 'Pod' ? deletePod(pod) : undefined;
}

/** Where to look on the node. The sandbox's image stands only in the message. */
function placeOf({ pod, trouble, runtime }: Diagnosis): NodePlace {
  const image = trouble.use?.image ?? sandboxImage(trouble.said.error);
  const parsed = parseImageReference(image);
  const registry = parsed.kind === 'reference' ? parsed.reference.registry : '';
  return { node: pod.node, registry, image, runtime };
}

function sandboxImage(error: string): string {
  return /(?:sandbox image|pulling image) "([^" ]{1,300})"/.exec(error)?.[1] ?? '';
}
