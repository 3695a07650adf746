import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** The addresses of a host name. Rejects with an Error whose `code` says why, as node:dns does. */
export type ResolveHost = (hostname: string) => Promise<readonly Address[]>;

export interface DnsOptions {
  /** Name servers; by default those of /etc/resolv.conf. */
  readonly servers?: readonly string[];
  readonly hostsFile?: string;
  readonly resolvConf?: string;
  /** For one name, in ms. */
  readonly timeoutMs: number;
}

/** How long an answer waits for the other family's, in ms (RFC 8305, section 3: the resolution delay). */
const resolutionDelayMs = 50;

/**
 * A resolver beside getaddrinfo, whose four threads one hanging name server would fill for everybody. It honours the
 * hosts file and the search list, as getaddrinfo does; each name has a client of its own, so that giving up on one
 * disturbs no other.
 */
export function createDns(options: DnsOptions): ResolveHost {
  const { hostsFile = '/etc/hosts', resolvConf = '/etc/resolv.conf' } = options;

  return async function resolveHost(hostname) {
    const name = hostname.toLowerCase();
    const listed = hostsEntries(await textOf(hostsFile), name.replace(/\.$/, ''));
    if (listed.length > 0) return listed;
    const resolver = new Resolver({ timeout: Math.ceil(options.timeoutMs / 3), tries: 2 });
    if (options.servers !== undefined) resolver.setServers(options.servers);
    const timer = setTimeout(() => resolver.cancel(), options.timeoutMs);
    try {
      return await firstThatExists(resolver, candidates(name, await textOf(resolvConf)));
    } finally {
      clearTimeout(timer);
    }
  };
}

const absent: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

async function firstThatExists(resolver: Resolver, names: readonly string[]): Promise<readonly Address[]> {
  const [name = '', ...others] = names;
  try {
    return await bothFamilies(resolver, name);
  } catch (error) {
    if (others.length === 0 || !absent.has((error as NodeJS.ErrnoException).code)) throw error;
    // That the name itself is unknown is what stays to be said where the search list knows it neither.
    return firstThatExists(resolver, others);
  }
}

/** One family is enough, and a name server that is silent about the other holds nothing up. */
async function bothFamilies(resolver: Resolver, name: string): Promise<readonly Address[]> {
  const v4 = resolver.resolve4(name).then((list) => list.map((address): Address => ({ address, family: 4 })));
  const v6 = resolver.resolve6(name).then((list) => list.map((address): Address => ({ address, family: 6 })));
  await Promise.any([v4, v6]).catch(() => undefined);
  const delay = sleep(resolutionDelayMs, [], { ref: false });
  const [four, six] = await Promise.allSettled([
    Promise.race([v4, orElse(v6, delay)]),
    Promise.race([v6, orElse(v4, delay)]),
  ]);
  const found = [four, six].flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
  if (found.length > 0) return found;
  throw four.status === 'rejected' ? four.reason : notFound(name);
}

/** Once `other` has brought something, `delay`; where it has not, nothing ever. */
function orElse(other: Promise<readonly Address[]>, delay: Promise<readonly Address[]>): Promise<readonly Address[]> {
  return new Promise((resolve) => {
    other.then(() => delay).then(resolve, () => undefined);
  });
}

function notFound(name: string): Error {
  return Object.assign(new Error(`no address for ${name}`), { code: 'ENOTFOUND' });
}

/**
 * The name as it stands, then below each suffix of the search list. `ndots` is passed over: a pod's own (5) would ask
 * the cluster for each public name first, and the node that pulls does not.
 */
function candidates(name: string, conf: string): readonly string[] {
  if (name.endsWith('.')) return [name];
  const search = [...conf.matchAll(/^\s*(?:search|domain)\s+(.*)$/gm)].at(-1)?.[1] ?? '';
  const suffixes = search.split(/\s+/).filter((suffix) => suffix !== '');
  return [name, ...suffixes.map((suffix) => `${name}.${suffix.replace(/\.$/, '')}`)];
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
