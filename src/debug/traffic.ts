import { objectOf, parseJson, stringMapOf } from '../lib/json.ts';
import { requestHeaders, responseHeaders, type HeaderMap } from './public-headers.ts';
import { safeUrl } from './safe-url.ts';
import type { Scrub } from './scrub.ts';

/** One request to a registry or a token endpoint, and its answer. Both may hold secrets. */
export interface Traffic {
  readonly request: {
    readonly url: URL;
    /** Host and port of the registry that the request is for. */
    readonly host: string;
    readonly method: string;
    readonly headers: HeaderMap;
    readonly body?: string;
  };
  readonly answer:
    | { readonly kind: 'broken'; readonly reason: string }
    | {
        readonly kind: 'response';
        readonly status: number;
        readonly headers: HeaderMap;
        readonly body: Uint8Array;
      };
  /** Duration in ms. */
  readonly ms: number;
}

/** A request as the bundle shows it. */
export interface TrafficRecord {
  readonly method: string;
  readonly url: string;
  /** Set if the request went to another host than the registry's: a token endpoint, or the target of a redirect. */
  readonly registry?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Status code, or the reason why there is none. */
  readonly answer: number | string;
  readonly answerHeaders?: Readonly<Record<string, string>>;
  readonly ms: number;
}

/** Keeps the first requests. */
export interface TrafficLog {
  readonly add: (traffic: Traffic) => void;
  readonly records: readonly TrafficRecord[];
  /** How many requests were made after the log was full. */
  readonly dropped: number;
}

const maxRecords = 500;
/** Members of the form and of the answer of a token endpoint that are secrets. */
const tokenMembers = ['password', 'refresh_token', 'token', 'access_token', 'client_secret'] as const;

/** Returns a log without requests. Each secret that a request or an answer holds goes to `scrub`. */
export function createTrafficLog(scrub: Scrub): TrafficLog {
  const records: TrafficRecord[] = [];
  let dropped = 0;

  function learn(secrets: readonly (string | undefined)[]): void {
    for (const secret of secrets) if (secret !== undefined) scrub.add(secret);
  }

  return {
    records,
    get dropped() {
      return dropped;
    },
    add({ request, answer, ms }) {
      const { url, host, method, headers, body } = request;
      const own = url.host === host;
      const target = safeUrl(url, own);
      const asked = requestHeaders(headers);
      const form = new URLSearchParams(body ?? '');
      learn([...target.secrets, ...asked.secrets, ...tokenMembers.map((name) => form.get(name) ?? undefined)]);
      const answered = answer.kind === 'response' ? responseHeaders(answer.headers, url) : undefined;
      learn(answered?.secrets ?? []);
      if (answer.kind === 'response') {
        const members = stringMapOf(objectOf(parseJson(answer.body)));
        learn(tokenMembers.map((name) => members[name]));
      }
      if (records.length === maxRecords) dropped += 1;
      else
        records.push({
          method,
          url: target.text,
          ...(own ? {} : { registry: host }),
          headers: asked.headers,
          answer: answer.kind === 'response' ? answer.status : answer.reason,
          ...(answered && { answerHeaders: answered.headers }),
          ms: Math.round(ms),
        });
    },
  };
}
