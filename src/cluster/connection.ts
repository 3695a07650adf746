/*
 * The room of the Kubernetes API: the ports `Cluster`, `Nodes` and `Namespaces` over it and over manifests.
 * Nothing here lists or watches but the nodes; every right beyond `get` belongs to one feature, in its own file.
 */
import type { Dispatcher } from 'undici';

/** The way to one API server: where it is, and as whom to speak to it. */
export interface Connection {
  /** Base URL without a slash at its end; it may hold a path (as behind a Rancher proxy). */
  readonly server: string;
  /** The namespace that the kubeconfig's context names; absent where it names none. */
  readonly namespace?: string;
  /** Asked before each request, since tokens are rotated under a running process; `renew` after a 401. */
  session(renew: boolean): Promise<Session>;
  close(): Promise<void>;
}

export interface Session {
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

/** How long a token or a dispatcher is used before its source is asked again, in ms: client-go reads token files once a minute. */
export const sessionMs = 60_000;
