import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { parseImageReference } from '../../engine/image/image-reference.ts';
import { fixFor } from '../fixes.ts';
import { deletePod } from '../kubectl.ts';
import { nodeFix, type NodeFix, type NodePlace } from './node-fixes.ts';
import { findingOf, subjectOfDiagnosis } from './subject.ts';

/** What to do, and the commands that do it or show more. */
export function diagnosisFix(diagnosis: Diagnosis): NodeFix {
  const { relation, trouble, heals, pod } = diagnosis;
  const finding = findingOf(diagnosis);
  if (relation === 'healed') {
    const again = deletePod(pod);
    return diagnosis.editable.kind.podPaths.some((path) => path.length > 0) && again !== undefined
      ? {
          advice: 'Wait for the next try, or delete the pod, so that its workload creates a new one:',
          commands: [again],
        }
      : { advice: 'Wait for the next try.', commands: [] };
  }
  if (
    finding === undefined ||
    relation === 'node-only' ||
    relation === 'on-node' ||
    relation === 'kubelet-only' ||
    relation === 'not-refuted'
  ) {
    return nodeFix(trouble.said.cause, placeOf(diagnosis));
  }
  const { advice, command } = fixFor(finding, subjectOfDiagnosis(diagnosis));
  const again = heals === 'new-pod' && finding.kind !== 'invalid-image-name' ? deletePod(pod) : undefined;
  return { advice, commands: [command, again].filter((line) => line !== undefined) };
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
