import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { longestMs, type BackOff } from '../../diagnose/back-off.ts';
import type { Heals } from '../../diagnose/judgement.ts';

/** Whether a retry heals it, and when the kubelet tries next. `now` in ms since 1970. */
export function retryWords({ heals, side, trouble }: Diagnosis, now: number): string {
  const { backOff, said } = trouble;
  if (said.cause === 'still-pulling') {
    const since = trouble.pullingSinceMs;
    return since === undefined ? 'Nothing to do yet.' : `The pull has run for ${duration(now - since)}.`;
  }
  const healing = side === 'reference' && heals === 'once-fixed' ? untilPushed : healWords[heals];
  return backOff === undefined
    ? `The kubelet tries again every minute or so. ${healing}`
    : `${tries(backOff, now)} ${healing}`;
}

const untilPushed = 'It fails until the image is pushed, or until the pod gets another image.';

const healWords: Readonly<Record<Heals, string>> = {
  'next-retry': 'The next try should pull the image.',
  'in-time': 'A later try may succeed without any change.',
  'once-fixed': 'It fails until the cause is fixed; then the next try of the same pod pulls the image.',
  'new-pod': 'No try of this pod can succeed: it takes a changed or a new pod.',
  unknown: 'Whether a later try succeeds is not known.',
};

function tries({ failures, failedMs, delayMs, nextMs, latestMs }: BackOff, now: number): string {
  const failed = `${failures === 1 ? 'At least one try' : `At least ${failures} tries`} failed, the last at ${time(failedMs)}.`;
  // The kubelet drops Events of a pod that has had 25 at once, so later tries are often not seen.
  if (now > latestMs) return `${failed} Later tries are not reported; they are at most ${duration(longestMs)} apart.`;
  const wait = `The back-off of ${duration(delayMs)} ends at ${time(nextMs)}`;
  return `${failed} ${wait}${nextMs > now ? ` (in ${duration(nextMs - now)})` : ''}; the kubelet tries by ${time(latestMs)}.`;
}

/** `12:04:31Z`. */
function time(ms: number): string {
  const seconds = Math.floor(ms / 1000) % 86_400;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${parts.map((part) => String(part).padStart(2, '0')).join(':')}Z`;
}

/** `40 s`, `7 min`, `3 h`. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds <= 300) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
