import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { anonymous, type Credential } from '../engine/keyring/credential.ts';
import { indexEntries } from '../engine/keyring/credential-index.ts';
import { matchesAmong } from '../engine/keyring/credential-matcher.ts';
import { readDockerConfigJson } from '../engine/keyring/docker-config.ts';
import { repositoryName } from '../engine/image/image-reference.ts';
import { objectOf, parseJson, stringMapOf, stringOf } from '../lib/json.ts';
import { toCredentials } from '../engine/keyring/keyring.ts';
import { secretKey } from '../engine/keyring/secret-key.ts';
import type { StandIn } from '../engine/ports.ts';
import { Redacted } from '../lib/redacted.ts';
import { runPluginProcess } from './plugin-process.ts';

export interface LocalDockerConfigOptions {
  /** Path of `config.json`. */
  readonly file: string;
  /** Environment of the credential helpers; they are found by its `PATH`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Time limit of one helper, in ms. */
  readonly timeoutMs: number;
}

export interface LocalDockerConfig extends StandIn {
  /** Why an existing file gives no credentials. It never contains text of the file. */
  readonly problem?: string;
}

/**
 * The docker config of the user who runs the command. The credential helper comes first: the helper for the registry
 * (`credHelpers`), or else the common helper (`credsStore`). The entries of the file come next. Anonymous access comes
 * last, because a wrong password says nothing about the image. Without own credentials the list is empty.
 * Mirrors docker/cli `cli/config/configfile` and docker/docker-credential-helpers `client`.
 */
export async function localDockerConfig(options: LocalDockerConfigOptions): Promise<LocalDockerConfig> {
  const text = await readFile(options.file, 'utf8').catch(() => undefined);
  if (text === undefined) return { credentials: async () => [] };
  const config = readDockerConfigJson(text);
  if (config.kind === 'malformed') return { credentials: async () => [], problem: config.reason };
  const index = indexEntries(config.entries);
  const helperFor = readHelpers(text);
  const answers = new LRUCache<string, Promise<Credential | undefined>>({ max: 200 });

  function ask(helper: string, server: string): Promise<Credential | undefined> {
    const key = `${helper} ${server}`;
    const answer = answers.get(key) ?? askHelper(helper, server, options);
    answers.set(key, answer);
    return answer;
  }

  return {
    async credentials(reference) {
      const server = secretKey(reference.registry);
      const helper = helperFor(server);
      const fromHelper = helper === undefined ? undefined : await ask(helper, server);
      const fromFile = matchesAmong([{ holder: undefined, index }], repositoryName(reference));
      const own = [
        ...(fromHelper === undefined ? [] : [fromHelper]),
        ...toCredentials(fromFile, ({ entry }) => ({ kind: 'local-config', entry: entry.key })),
      ].filter(({ kind }) => kind !== 'anonymous');
      return own.length === 0 ? [] : [...own, anonymous];
    },
  };
}

/** Returns the name of the helper for a server; undefined if none is configured. */
function readHelpers(text: string): (server: string) => string | undefined {
  const config = objectOf(parseJson(text));
  const helpers = stringMapOf(config['credHelpers']);
  const common = stringOf(config['credsStore']);
  return (server) => {
    const name = (Object.hasOwn(helpers, server) ? helpers[server] : undefined) ?? common;
    // The name becomes part of a program's name, so it must not contain a path.
    return /^[\w.-]+$/.test(name) ? name : undefined;
  };
}

/**
 * The credential from one helper; undefined if the helper fails, times out or has none. The user name `<token>` marks
 * an identity token, which is not a password.
 */
async function askHelper(
  helper: string,
  server: string,
  { env, timeoutMs }: LocalDockerConfigOptions,
): Promise<Credential | undefined> {
  const file = `docker-credential-${helper}`;
  const end = await runPluginProcess({ file, args: ['get'], env, input: server, timeoutMs });
  if (end.kind === 'failed') return undefined;
  const answer = objectOf(parseJson(end.output));
  const [username, password] = [stringOf(answer['Username']), stringOf(answer['Secret'])];
  if (username === '' || username === '<token>' || password === '') return undefined;
  const source = { kind: 'local-config', entry: server } as const;
  return { kind: 'basic', username, password: new Redacted(password), source };
}
