import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest, type Agent } from 'node:https';
import { objectOf, stringOf, type JsonObject } from '../../src/lib/json.ts';

/** The response to one AdmissionReview. */
export interface Reviewed {
  readonly status: number;
  readonly text: string;
  readonly allowed: boolean | undefined;
  readonly message: string;
  readonly warnings: readonly string[];
  /** The kinds of the findings, from the audit annotations. */
  readonly kinds: readonly string[];
  readonly response: JsonObject;
  /** Time from the request to the end of the response, in ms. */
  readonly ms: number;
}

/** Fields of the AdmissionReview request around the object. */
export interface Sending {
  readonly operation?: string;
  readonly oldObject?: unknown;
  readonly namespace?: string;
  readonly dryRun?: boolean;
  /** Query after `/validate`. Default: `?timeout=10s`. */
  readonly query?: string;
  readonly subResource?: string;
}

const groups: Readonly<Record<string, string>> = {
  Deployment: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  ReplicaSet: 'apps',
  Job: 'batch',
  CronJob: 'batch',
};

/** The JSON text of an AdmissionReview with `object`. */
export function reviewText(object: JsonObject, sending: Sending = {}): string {
  const { operation = 'CREATE', oldObject = null, namespace = 'team', dryRun = false, subResource } = sending;
  const kind = stringOf(object['kind']);
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'c0ffee00-0000-4000-8000-000000000000',
      kind: { group: groups[kind] ?? '', version: 'v1', kind },
      name: stringOf(objectOf(object['metadata'])['name']),
      namespace,
      operation,
      object,
      oldObject,
      dryRun,
      ...(subResource === undefined ? {} : { subResource }),
    },
  });
}

/** Sends one request and parses the response as an AdmissionReview, if it is one. Throws if the connection fails. */
export async function exchange(
  agent: Agent,
  port: number,
  path: string,
  body: string | Buffer | undefined,
  headers: Readonly<Record<string, string>> = { 'Content-Type': 'application/json' },
): Promise<Reviewed> {
  const startedAt = performance.now();
  const method = body === undefined ? 'GET' : 'POST';
  const request = httpsRequest({ agent, host: '127.0.0.1', port, path, method, headers: { ...headers } });
  request.end(body);
  const [message] = (await once(request, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await message.toArray()).toString('utf8');
  const ms = performance.now() - startedAt;
  return { ...readReview(text), status: message.statusCode ?? 0, text, ms };
}

function readReview(text: string): Pick<Reviewed, 'allowed' | 'message' | 'warnings' | 'kinds' | 'response'> {
  const response = text.startsWith('{') ? objectOf(objectOf(JSON.parse(text))['response']) : {};
  const { allowed, warnings, status, auditAnnotations } = response;
  const findings = stringOf(objectOf(auditAnnotations)['findings']) || '[]';
  return {
    allowed: typeof allowed === 'boolean' ? allowed : undefined,
    message: stringOf(objectOf(status)['message']),
    warnings: Array.isArray(warnings) ? warnings.map(String) : [],
    kinds: (JSON.parse(findings) as readonly { kind: string }[]).map(({ kind }) => kind),
    response,
  };
}
