import type { Evidence, Failure, NotAsked } from '../engine/answer.ts';
import type { Credential } from '../engine/keyring/credential.ts';
import type { RegistryHost } from '../engine/hosts/registry-hosts.ts';
import type { Route } from './network/dispatchers.ts';
import type { HttpResponse } from './network/transport.ts';

/** One host that may have an image, and everything that decides how to request it there. */
export interface Target {
  /** The registry in the image reference. A mirror gets it in the query parameter `ns`. */
  readonly registry: string;
  readonly repository: string;
  readonly credential: Credential;
  /** See `Question`. */
  readonly namespace?: string;
  readonly host: RegistryHost;
  readonly route: Route;
  /** True for the last host of the list. */
  readonly last: boolean;
  /** If set, the host must not be contacted. This failure is then the result of every request to it. */
  readonly blockedBy?: Failure;
  /** If set, this failure is the result if the host has the image: the node does not accept it. */
  readonly rejectedBy?: Failure;
  /** Set if a failure of the host is not certain: the node may have a credential for it, or know another host. */
  readonly unsure?: NotAsked;
}

/** One request to one host, before authorization and redirects. */
export interface Ask {
  readonly target: Target;
  readonly asked: 'manifest' | 'blob';
  readonly method: 'HEAD' | 'GET';
  /** The path below the repository, such as `manifests/v1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly accept: string;
  /** Request the first byte only, to check that the content exists. */
  readonly peek?: boolean;
  /** The maximum number of body bytes to read. */
  readonly limit: number;
  /** Whether a redirect to another port of the host, but not from https to http, gets the authorization too. */
  readonly carries?: true;
  /** The token for the target of a redirect to another origin. It was fetched without a credential. */
  readonly afterRedirect?: { readonly origin: string; readonly header: string };
}

/** The authorization that a request carries. */
export interface SentAuthorization {
  readonly scheme: 'basic' | 'bearer';
  /** The value of the Authorization header. */
  readonly header: string;
  /** Set if it is Basic with an empty user and password, as CRI-O sends it without a credential. */
  readonly empty?: true;
}

/** The response of a host, after redirects. It can have any status. */
export interface Reply extends Omit<HttpResponse, 'kind'> {
  readonly kind: 'reply';
  readonly method: 'HEAD' | 'GET';
  /** The authorization of the request. Undefined if it had none. */
  readonly sent?: SentAuthorization;
  /** The last URL, if a redirect led to another origin, which did not get the credential. */
  readonly crossOrigin?: URL;
}

/** The result of a request: a reply with any status, or the reason why there is none. */
export type Outcome = Reply | Failure;

/**
 * Returns the facts about a request that may be shown to users: never its query or an address, and of its path only what
 * hosts.toml sets.
 */
export function evidenceOf({ target: { host, credential }, asked, method }: Ask): Evidence {
  const byRuntime = credential.kind === 'basic' && credential.source.kind === 'runtime';
  return {
    host: host.host,
    ...(host.path !== '/v2' && { path: host.path }),
    asked,
    method,
    ...(byRuntime && { byRuntime }),
  };
}
