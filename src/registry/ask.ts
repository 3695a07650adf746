import type { Evidence, Failure } from '../engine/answer.ts';
import type { Credential } from '../engine/keyring/credential.ts';
import type { RegistryHost } from '../engine/hosts/registry-hosts.ts';
import type { Route } from './network/dispatchers.ts';
import type { HttpResponse } from './network/transport.ts';

/** One host that is asked for images of a registry, and everything that decides how. */
export interface Target {
  /** The registry in the image's reference: what `ns` names to a mirror. */
  readonly registry: string;
  readonly repository: string;
  readonly credential: Credential;
  readonly host: RegistryHost;
  readonly route: Route;
  /** No host comes after it. */
  readonly last: boolean;
  /** Why it is not asked at all. */
  readonly blockedBy?: Failure;
}

/** One question to one host. */
export interface Ask {
  readonly target: Target;
  readonly asked: 'manifest' | 'blob';
  readonly method: 'HEAD' | 'GET';
  /** Below the repository: `manifests/v1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly accept: string;
  /** The first byte only, where presence is all that is asked for. */
  readonly peek?: boolean;
  /** Bytes of a body that are read. */
  readonly limit: number;
}

/** What is sent with an ask. */
export interface Sent {
  readonly scheme: 'basic' | 'bearer';
  /** The Authorization header. */
  readonly header: string;
}

/** What a host answered, after redirects. */
export interface Reply extends Omit<HttpResponse, 'kind'> {
  readonly kind: 'reply';
  readonly method: 'HEAD' | 'GET';
  /** How the request was authorised; absent: not at all. */
  readonly sent?: Sent;
  /** A redirect led to another host, which the credential does not concern. */
  readonly elsewhere: boolean;
}

/** What came of an ask: a reply, whatever its status, or why there is none. */
export type Outcome = Reply | Failure;

/** What may be said of an ask: never its path, its query or an address. */
export function evidenceOf({ target, asked, method }: Ask): Evidence {
  return { host: target.host.host, asked, method };
}
