import type { Descriptor, Found } from '../../src/engine/answer.ts';
import { anonymous, type Credential } from '../../src/engine/keyring/credential.ts';
import type { Question, Registry } from '../../src/engine/ports.ts';
import { Redacted } from '../../src/lib/redacted.ts';
import type { PortAnswer } from '../../src/registry/decorators/decorate-each.ts';
import { untilAborted } from '../../src/lib/wait.ts';
import { digestOf } from './answers.ts';

/** One call of the registry. It is pending until `reply` is called or its signal aborts. */
export interface FakeCall {
  readonly method: keyof Registry;
  readonly question: Question;
  readonly signal: AbortSignal;
  reply(answer: PortAnswer): void;
}

/** A registry that records its calls. A call may stay pending. */
export interface FakeRegistry extends Registry {
  /** Every call so far. */
  readonly calls: readonly FakeCall[];
  /** Number of pending calls. */
  readonly pending: number;
  /** The highest number of pending calls so far. */
  readonly busiest: number;
}

/** A registry that answers at once with the result of `script`. If that is undefined, the call is pending. */
export function fakeRegistry(script: (call: FakeCall) => PortAnswer | undefined = () => undefined): FakeRegistry {
  const calls: FakeCall[] = [];
  let pending = 0;
  let busiest = 0;

  // The script returns the answer type of the method that was called; the types cannot express this.
  async function answer<A>(method: keyof Registry, question: Question, signal: AbortSignal): Promise<A> {
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<PortAnswer>();
    const call: FakeCall = { method, question, signal, reply: resolve };
    calls.push(call);
    const scripted = script(call);
    if (scripted !== undefined) resolve(scripted);
    pending += 1;
    busiest = Math.max(busiest, pending);
    try {
      return (await untilAborted(promise, signal)) as A;
    } finally {
      pending -= 1;
    }
  }

  return {
    calls,
    resolve: (question, signal) => answer('resolve', question, signal),
    manifest: (question, _descriptor, signal) => answer('manifest', question, signal),
    blob: (question, _descriptor, _read, signal) => answer('blob', question, signal),
    get pending() {
      return pending;
    },
    get busiest() {
      return busiest;
    },
  };
}

export const digest = digestOf('a');
export const descriptor: Descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1024 };
export const found: Found = { kind: 'found', ...descriptor };

/** A credential from a pull secret. */
export function basic(username: string, secret = 'pull'): Credential {
  const source = { kind: 'secret', secret, entry: 'registry.example' } as const;
  return { kind: 'basic', username, password: new Redacted('pw'), source };
}

/** A question about `registry.example/team/app:v1`. `parts` override single fields. */
export function question(parts: Partial<Question['reference']> & { readonly credential?: Credential } = {}): Question {
  const { credential = anonymous, ...reference } = parts;
  const tag = reference.digest === undefined ? { tag: 'v1' } : {};
  return {
    runtime: 'containerd',
    reference: { registry: 'registry.example', repository: 'team/app', ...tag, ...reference },
    credential,
  };
}

/** A signal that never aborts. */
export function patient(): AbortSignal {
  return new AbortController().signal;
}
