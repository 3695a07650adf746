import type { Dispatcher } from 'undici';

/** The address of one API server, and the credentials for it. */
export interface Connection {
  /** Base URL without a trailing slash; it may contain a path (for example behind a Rancher proxy). */
  readonly server: string;
  /** The namespace of the kubeconfig's context; absent if the context has none. */
  readonly namespace?: string;
  /** Called before each request because tokens rotate. `renew`, after a 401, reads the credentials again. */
  session(renew: boolean): Promise<Session>;
  /** Closes the open connections after their requests have ended. */
  close(): Promise<void>;
}

/** The dispatcher and the headers for a request. */
export interface Session {
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * How long a session is reused before its credentials are read again, in ms. client-go reads token files once a minute.
 */
export const sessionMs = 60_000;
