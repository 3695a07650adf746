import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { anonymous, type Credential } from '../engine/keyring/credential.ts';
import { indexEntries, matchesAmong } from '../engine/keyring/credential-index.ts';
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
  /** Of the helpers: `PATH` finds them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of one helper, in ms. */
  readonly timeoutMs: number;
}

export interface LocalDockerConfig extends StandIn {
  /** Why the file gives nothing, where there is one; made of fixed words. */
  readonly problem?: string;
}

/**
 * The docker config of whoever runs the command, with its credential helpers: a helper for the registry comes first, then
 * the common store, then what is written in the file. Nobody at all is tried last, since a wrong password says nothing of
 * the image. Mirrors docker/cli cli/config/configfile and docker/docker-credential-helpers client.
 */
export async function localDockerConfig(options: LocalDockerConfigOptions): Promise<LocalDockerConfig> {
  const text = await readFile(options.file, 'utf8').catch(() => undefined);
  if (text === undefined) return { credentials: async () => [] };
  const config = readDockerConfigJson(text);
  if (config.kind === 'malformed') return { credentials: async () => [], problem: config.reason };
  const index = indexEntries(config.entries);
  const helperOf = readHelpers(text);
  const asked = new LRUCache<string, Promise<Credential | undefined>>({ max: 200 });

  function ask(helper: string, server: string): Promise<Credential | undefined> {
    const key = `${helper} ${server}`;
    const answer = asked.get(key) ?? askHelper(helper, server, options);
    asked.set(key, answer);
    return answer;
  }

  return {
    async credentials(reference) {
      const server = secretKey(reference.registry);
      const helper = helperOf(server);
      const held = helper === undefined ? undefined : await ask(helper, server);
      const written = matchesAmong([{ holder: undefined, index }], repositoryName(reference));
      const own = [
        ...(held === undefined ? [] : [held]),
        ...toCredentials(written, ({ entry }) => ({ kind: 'local-config', entry: entry.key })),
      ].filter(({ kind }) => kind !== 'anonymous');
      return own.length === 0 ? [] : [...own, anonymous];
    },
  };
}

function readHelpers(text: string): (server: string) => string | undefined {
  const config = objectOf(parseJson(text));
  const helpers = stringMapOf(config['credHelpers']);
  const common = stringOf(config['credsStore']);
  return (server) => {
    const name = (Object.hasOwn(helpers, server) ? helpers[server] : undefined) ?? common;
    // The name becomes part of a program's: nothing that could lead to another folder.
    return /^[\w.-]+$/.test(name) ? name : undefined;
  };
}

/** A helper that fails, lingers or knows nothing gives nothing; `<token>` marks a token that is no password. */
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
