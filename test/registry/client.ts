import type { Answer, BlobAnswer, Evidence, ManifestAnswer } from '../../src/engine/answer.ts';
import { anonymous, type Credential } from '../../src/engine/keyring/credential.ts';
import type { Question } from '../../src/engine/ports.ts';
import { Redacted } from '../../src/lib/redacted.ts';
import { createHttpRegistry, type HttpRegistry, type HttpRegistryOptions } from '../../src/registry/http-registry.ts';
import { clientOptions } from '../support/options.ts';
import { alice } from '../support/registries.ts';
import type { RegistryScript } from '../support/scripted-registry/script.ts';
import { type RunningScript, startScript } from '../support/scripted-registry/start.ts';

/** A credential from the pull secret `regcred`. */
export function basicCredential(username: string, password: string): Credential {
  const source = { kind: 'secret', secret: 'regcred', entry: 'r' } as const;
  return { kind: 'basic', username, password: new Redacted(password), source };
}

/** The credential that the scripted registries accept. */
export const alices = basicCredential(alice.username, alice.password);
/** A credential that the scripted registries reject. */
export const mallorys = basicCredential('mallory', 'wrong');

/** A registry client that may connect to the servers of this machine. */
export function client(options: Partial<HttpRegistryOptions> = {}): HttpRegistry & AsyncDisposable {
  const made = createHttpRegistry({ ...clientOptions, ...options });
  return { ...made, [Symbol.asyncDispose]: () => made.close() };
}

/** A question about `team/app`. */
export function question(registry: string, credential: Credential = anonymous, tag = 'v1'): Question {
  return { runtime: 'containerd', reference: { registry, repository: 'team/app', tag }, credential };
}

/** A signal that aborts after 10 seconds. */
export const soon = (): AbortSignal => AbortSignal.timeout(60_000);

/** Resolves `team/app:v1` at a registry that follows `script`. Returns the answer and the requests. */
export async function askOnce(
  script: RegistryScript,
  credential: Credential = anonymous,
  options: Partial<HttpRegistryOptions> = {},
): Promise<{ readonly answer: Answer; readonly log: RunningScript['log'] }> {
  await using running = await startScript(script);
  await using asked = client(options);
  const answer = await asked.registry.resolve(question(String(running.symbols['registry']), credential), soon());
  return { answer, log: running.log };
}

/** An answer as text: its kind, its reason and its evidence. */
export function inWords(answer: Answer | ManifestAnswer | BlobAnswer): string {
  const reason = 'reason' in answer ? answer.reason : '';
  const {
    asked = '',
    method = '',
    status = '',
    code = '',
    getStatus,
  } = 'evidence' in answer ? answer.evidence : noEvidence;
  const get = getStatus === undefined ? '' : `GET ${getStatus}`;
  return [answer.kind, reason, asked, method, `${status}`, code, get].filter((word) => word !== '').join(' ');
}

const noEvidence: Partial<Evidence> = {};
