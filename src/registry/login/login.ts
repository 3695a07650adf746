import type { Credential } from '../../engine/keyring/credential.ts';
import { basicAuthorization, secretOf } from './secret.ts';
import { readImageToken, readToken, type Token } from './token-answer.ts';

/** How a container runtime logs in at a registry. */
export interface Login {
  readonly name: 'containerd' | 'containers/image';
  /** Returns the Authorization header that answers Basic. Undefined if the runtime gives up without a credential. */
  readonly basic: (credential: Credential) => string | undefined;
  /** Returns the scopes of a token: that of the repository, and those that the registry asks for. */
  readonly scopes: (own: string, asked: readonly string[]) => readonly string[];
  /** Whether a token is requested with a form (POST) first, and with a query (GET) only if the endpoint wants no form. */
  readonly triesForm: boolean;
  /** Whether a redirect of a query is followed, if it leads to the same host. */
  readonly followsRedirects: boolean;
  /** Whether the query names the user in the parameter `account`. */
  readonly namesAccount: boolean;
  /** Parses the answer of a token endpoint. Undefined if the runtime cannot use it. */
  readonly readToken: (body: Uint8Array, method: 'POST' | 'GET') => Token | undefined;
}

/** Mirrors containerd v2.4.2 `core/remotes/docker/authorizer.go` and `core/remotes/docker/auth`. */
export const containerdLogin: Login = {
  name: 'containerd',
  basic(credential) {
    const secret = secretOf(credential);
    return secret && basicAuthorization(secret);
  },
  scopes: (own, asked) => [...new Set([own, ...asked])].toSorted(),
  triesForm: true,
  followsRedirects: false,
  namesAccount: false,
  readToken,
};

/**
 * Mirrors setupRequestAuth and getBearerToken of containers/image v5.35.0 `docker/docker_client.go`. It answers Basic even
 * without a credential, with an empty user and password.
 */
export const containersImageLogin: Login = {
  name: 'containers/image',
  basic(credential) {
    if (credential.kind === 'anonymous') return basicAuthorization({ username: '', password: '' });
    const { username, password } = credential;
    return basicAuthorization({ username, password: password.reveal() });
  },
  scopes: (own, asked) => [own, ...asked],
  triesForm: false,
  followsRedirects: true,
  namesAccount: true,
  readToken: readImageToken,
};
