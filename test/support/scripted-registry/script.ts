/**
 * The scripted registry: real servers on loopback that answer as a script says, so that a test can put any registry
 * on stage, the broken ones above all. This file is the script's vocabulary; `start.ts` starts one.
 */
export interface RegistryScript {
  /** Contents by a name of the script's own. */
  readonly blobs: Readonly<Record<string, BlobScript>>;
  /** Servers by name; the main one is `registry`. */
  readonly servers: Readonly<Record<string, ServerScript>>;
}

export interface BlobScript {
  /** `sha256:…` of the bytes: informative, the interpreter reckons its own. */
  readonly digest?: string;
  readonly text?: string;
  readonly base64?: string;
  /** Every `token` in `text` stands for `char`, `count` times over: huge manifests in small files. */
  readonly repeat?: { readonly token: string; readonly char: string; readonly count: number };
}

/** What answers at the port. `closed`: nothing. `reset`: RST after one byte. `silent`: accepts and never answers. */
export type Listening = 'http' | 'https' | 'closed' | 'reset' | 'silent';

/** What is wrong with a server's certificate, if anything. */
export type CertificateKind = 'trusted' | 'expired' | 'wrong-host' | 'self-signed';

export interface ServerScript {
  readonly listen?: Listening;
  readonly certificate?: CertificateKind;
  /** Path in front of the API, `/v2` unless it says otherwise. */
  readonly prefix?: string;
  readonly repositories?: Readonly<Record<string, RepositoryScript>>;
  readonly auth?: AuthScript;
  readonly token?: TokenScript;
  readonly rules?: readonly Rule[];
}

export interface RepositoryScript {
  /** tag → blob */
  readonly tags?: Readonly<Record<string, string>>;
  /** blob → content type */
  readonly manifests?: Readonly<Record<string, string>>;
  readonly blobs?: readonly string[];
}

export interface User {
  readonly password: string;
  /** `*`, an exact repository or `prefix/*`; absent: all of them. */
  readonly repositories?: readonly string[];
}

export interface AuthScript {
  readonly scheme: 'none' | 'basic' | 'bearer';
  readonly users?: Readonly<Record<string, User>>;
  /** Repositories that need nobody's credentials. */
  readonly anonymous?: readonly string[];
  /** The whole `Www-Authenticate` header, in place of the one that the scheme implies. */
  readonly challenge?: string;
  readonly realm?: string;
  readonly service?: string;
  readonly scope?: boolean;
  /** Bearer, but Basic credentials pass as well. */
  readonly acceptBasic?: boolean;
  readonly denied?: Reply;
  readonly unauthorized?: Reply;
}

export interface TokenScript {
  readonly path?: string;
  readonly methods?: readonly string[];
  /** What a POST comes to where `methods` has none. */
  readonly postStatus?: number;
  readonly users?: Readonly<Record<string, User>>;
  readonly anonymous?: boolean;
  readonly field?: 'token' | 'access_token' | 'both' | 'none';
  /** Seconds, or whatever a registry may write there. */
  readonly expiresIn?: number | string;
  readonly failure?: Reply;
}

/** What may be done to an answer on its way out. */
export interface Alterations {
  readonly omitHeaders?: readonly string[];
  readonly setHeaders?: Readonly<Record<string, string | readonly string[]>>;
  /** The body is cut to this many bytes. */
  readonly truncate?: number;
  /** Content-Length says this, and the connection closes after the body. */
  readonly declareLength?: number;
  /** The last byte of the body is turned over: its digest no longer fits. */
  readonly flip?: boolean;
}

/** An answer in place of the honest one. */
export interface Reply extends Alterations {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A string is sent as plain text, anything else as JSON. */
  readonly body?: unknown;
}

export interface Rule {
  readonly match?: {
    readonly method?: string;
    /** A regular expression, searched in path and query. */
    readonly path?: string;
    readonly authorized?: boolean;
  };
  readonly do: Partial<Reply> & {
    readonly delaySeconds?: number;
    readonly hang?: boolean;
    readonly reset?: boolean;
    /** Answer from the content, altered. */
    readonly serve?: boolean;
  };
  /** The rule holds for so many matching requests, then no more. */
  readonly times?: number;
  /** The rule comes after the authorization. */
  readonly after?: 'auth';
}
