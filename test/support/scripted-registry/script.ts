/** A script for one or more registry servers: a test can describe any registry with it, especially a broken one. */
export interface RegistryScript {
  /** Blobs by a name that is used only in the script. */
  readonly blobs: Readonly<Record<string, BlobScript>>;
  /** Servers by name. The main server is `registry`. */
  readonly servers: Readonly<Record<string, ServerScript>>;
}

export interface BlobScript {
  /** `sha256:…` of the bytes. For information only: the server computes the digest. */
  readonly digest?: string;
  readonly text?: string;
  readonly base64?: string;
  /** Replaces each `token` in `text` by `count` times `char`, for large manifests in small files. */
  readonly repeat?: { readonly token: string; readonly char: string; readonly count: number };
}

/**
 * What the port does. `closed`: refuses connections. `reset`: sends an RST after the first byte. `silent`: never
 * responds.
 */
export type Listening = 'http' | 'https' | 'closed' | 'reset' | 'silent';

/** The state of the server's certificate. */
export type CertificateKind = 'trusted' | 'expired' | 'wrong-host' | 'self-signed';

export interface ServerScript {
  readonly listen?: Listening;
  readonly certificate?: CertificateKind;
  /** Path prefix of the API. Default: `/v2`. */
  readonly prefix?: string;
  readonly repositories?: Readonly<Record<string, RepositoryScript>>;
  readonly auth?: AuthScript;
  readonly token?: TokenScript;
  readonly rules?: readonly Rule[];
}

export interface RepositoryScript {
  /** Tag → name of a blob. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Name of a blob → media type. */
  readonly manifests?: Readonly<Record<string, string>>;
  readonly blobs?: readonly string[];
}

export interface User {
  readonly password: string;
  /** `*`, a repository, or `prefix/*`. Default: all repositories. */
  readonly repositories?: readonly string[];
}

export interface AuthScript {
  readonly scheme: 'none' | 'basic' | 'bearer';
  readonly users?: Readonly<Record<string, User>>;
  /** Repositories that can be pulled without credentials. */
  readonly anonymous?: readonly string[];
  /** The whole `Www-Authenticate` header. Default: the header for the scheme. */
  readonly challenge?: string;
  readonly realm?: string;
  readonly service?: string;
  readonly scope?: boolean;
  /** For the scheme `bearer`: whether to accept Basic credentials as well. */
  readonly acceptBasic?: boolean;
  readonly denied?: Reply;
  readonly unauthorized?: Reply;
}

export interface TokenScript {
  readonly path?: string;
  readonly methods?: readonly string[];
  /** Status of a POST if `methods` does not contain POST. Default: 405. */
  readonly postStatus?: number;
  readonly users?: Readonly<Record<string, User>>;
  readonly anonymous?: boolean;
  readonly field?: 'token' | 'access_token' | 'both' | 'none';
  /** Seconds, or any text that a registry may send. */
  readonly expiresIn?: number | string;
  readonly failure?: Reply;
}

/** Changes to an answer before it is sent. */
export interface Alterations {
  readonly omitHeaders?: readonly string[];
  readonly setHeaders?: Readonly<Record<string, string | readonly string[]>>;
  /** Cuts the body to this number of bytes. */
  readonly truncate?: number;
  /** The value of Content-Length. The connection closes after the body. */
  readonly declareLength?: number;
  /** Flips a bit of the last byte of the body, so that the digest no longer matches. */
  readonly flip?: boolean;
}

/** A complete answer from the script. */
export interface Reply extends Alterations {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A string is sent as plain text, anything else as JSON. */
  readonly body?: unknown;
}

export interface Rule {
  readonly match?: {
    readonly method?: string;
    /** A regular expression that matches a part of path and query. */
    readonly path?: string;
    readonly authorized?: boolean;
  };
  readonly do: Partial<Reply> & {
    readonly delaySeconds?: number;
    readonly hang?: boolean;
    readonly reset?: boolean;
    /** Serves the content, with the alterations of this rule. */
    readonly serve?: boolean;
  };
  /** The number of matching requests that the rule applies to. Default: all. */
  readonly times?: number;
  /** Applies the rule only after successful authorization. */
  readonly after?: 'auth';
}
