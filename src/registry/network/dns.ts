import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { searchNames } from './search-names.ts';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * Resolves a host name to one or more addresses. Rejects with an Error that has a `code` of node:dns, such as
 * ENOTFOUND.
 */
export type ResolveHost = (hostname: string) => Promise<readonly Address[]>;

export interface DnsOptions {
  /** Name servers. Default: those of /etc/resolv.conf. */
  readonly servers?: readonly string[];
  /** Default: /etc/hosts. */
  readonly hostsFile?: string;
  /** The file with the search list. Default: /etc/resolv.conf. */
  readonly resolvConf?: string;
  /** Time limit for one name, in ms. */
  readonly timeoutMs: number;
}

/**
 * How long to wait for the other address family after one has answered, in ms (Resolution Delay in RFC 8305, section
 * 3).
 */
const resolutionDelayMs = 50;

/**
 * Returns a resolver that does not use getaddrinfo, because one hanging name server would block the four threads that
 * all calls of getaddrinfo share. Like getaddrinfo, it reads the hosts file and the search list. Each lookup has its
 * own DNS client, so that cancelling one does not affect the others.
 */
export function createDns(options: DnsOptions): ResolveHost {
  const { hostsFile = '/etc/hosts', resolvConf = '/etc/resolv.conf' } = options;

  return async function resolveHost(hostname) {
    const name = hostname.toLowerCase();
    const fromFile = hostsEntries(await textOf(hostsFile), name.replace(/\.$/, ''));
    if (fromFile.length > 0) return fromFile;
    const resolver = new Resolver({ timeout: Math.ceil(options.timeoutMs / 3), tries: 2 });
    if (options.servers !== undefined) resolver.setServers(options.servers);
    const timer = setTimeout(() => resolver.cancel(), options.timeoutMs);
    try {
      return await firstThatExists(resolver, searchNames(name, await textOf(resolvConf)));
    } finally {
      clearTimeout(timer);
    }
  };
}

const notFoundCodes: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Resolves the first name that exists. If the first of `names` fails other than with "not found", throws that error. If
 * no name exists, throws the error for the first, so that a broken suffix does not hide that the host does not exist;
 * for a single label, which only a suffix can complete, throws the first other error instead. Mirrors __res_context_search
 * of glibc 2.42 resolv/res_query.c.
 */
async function firstThatExists(resolver: Resolver, names: readonly string[]): Promise<readonly Address[]> {
  const [name = '', ...others] = names;
  const errors: unknown[] = [];
  for (const each of names) {
    try {
      return await bothFamilies(resolver, each);
    } catch (error) {
      if (each === name && !isNotFound(error)) throw error;
      errors.push(error);
      // The time is up.
      if (codeOf(error) === 'ECANCELLED') break;
    }
  }
  const [own] = errors;
  throw others.length > 0 && !name.includes('.') ? (errors.find((error) => !isNotFound(error)) ?? own) : own;
}

function isNotFound(error: unknown): boolean {
  return notFoundCodes.has(codeOf(error));
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** Resolves both address families. One is enough: a name server that never answers for the other causes no delay. */
async function bothFamilies(resolver: Resolver, name: string): Promise<readonly Address[]> {
  const v4 = resolver.resolve4(name).then((list) => list.map((address): Address => ({ address, family: 4 })));
  const v6 = resolver.resolve6(name).then((list) => list.map((address): Address => ({ address, family: 6 })));
  await Promise.any([v4, v6]).catch(() => undefined);
  const delay = sleep(resolutionDelayMs, [], { ref: false });
  const [four, six] = await Promise.allSettled([
    Promise.race([v4, afterSuccess(v6, delay)]),
    Promise.race([v6, afterSuccess(v4, delay)]),
  ]);
  const found = [four, six].flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
  if (found.length > 0) return found;
  throw four.status === 'rejected' ? four.reason : notFound(name);
}

/** Resolves with `delay` after `other` has succeeded. Never resolves if `other` fails. */
function afterSuccess(
  other: Promise<readonly Address[]>,
  delay: Promise<readonly Address[]>,
): Promise<readonly Address[]> {
  return new Promise((resolve) => {
    other.then(() => delay).then(resolve, () => undefined);
  });
}

function notFound(name: string): Error {
  return Object.assign(new Error(`no address for ${name}`), { code: 'ENOTFOUND' });
}

function hostsEntries(hosts: string, name: string): readonly Address[] {
  return hosts.split('\n').flatMap((line): readonly Address[] => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const family = isIP(address);
    if (family === 0 || !names.some((entry) => entry.toLowerCase() === name)) return [];
    return [{ address, family: family === 6 ? 6 : 4 }];
  });
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
