import type { AuditEvent } from '../support/control-plane/control-plane.ts';

/** Whether an event is about a completed request for this resource. */
export function isFor(event: AuditEvent, resource: string): boolean {
  return event.objectRef?.resource === resource && event.stage === 'ResponseComplete';
}

/** The annotations from Pullgate. The API server adds the name of the webhook as a prefix. */
export function pullgateAnnotations(event: AuditEvent | undefined): Readonly<Record<string, string>> {
  const all = Object.entries(event?.annotations ?? {});
  return Object.fromEntries(all.filter(([key]) => key.startsWith('images.pullgate.dev/')));
}
