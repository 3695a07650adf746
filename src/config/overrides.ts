/** Flags by name (`log-level`) and environment variables. They have priority over the file. */
export interface Overrides {
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** One value that replaces a value of the file. `origin` is the name of the flag or variable, for messages. */
export interface Override {
  readonly origin: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * No name may look like one that the kubelet sets for a Service (`NAME_PORT`, `NAME_SERVICE_HOST`, …), because a
 * Service named `pullgate` adds `PULLGATE_PORT=tcp://…` to each pod in its namespace. A test checks each name.
 */
const fromEnvironment = {
  PULLGATE_PROFILE: ['profile'],
  PULLGATE_LISTEN_HTTPS: ['server', 'port'],
  PULLGATE_LISTEN_METRICS: ['server', 'metricsPort'],
  PULLGATE_PATH_TOKEN: ['server', 'pathToken'],
  PULLGATE_LOG_LEVEL: ['log', 'level'],
  POD_NAMESPACE: ['ownNamespace'],
  // Upper-case names have priority, as in golang.org/x/net/http/httpproxy, which containerd uses. A later row replaces an
  // earlier one.
  http_proxy: ['proxy', 'http'],
  HTTP_PROXY: ['proxy', 'http'],
  https_proxy: ['proxy', 'https'],
  HTTPS_PROXY: ['proxy', 'https'],
  no_proxy: ['proxy', 'none'],
  NO_PROXY: ['proxy', 'none'],
} as const satisfies Record<string, readonly string[]>;

/** Old names that a Service could also set, with the new names. */
const renamed = {
  PULLGATE_PORT: 'PULLGATE_LISTEN_HTTPS',
  PULLGATE_METRICS_PORT: 'PULLGATE_LISTEN_METRICS',
} as const satisfies Record<string, keyof typeof fromEnvironment>;

/**
 * Returns one line about a variable that is set with its old name, or undefined if there is none. Only a number counts
 * as set: the variables of a Service have URLs.
 */
export function renamedVariable({ environment = {} }: Overrides): string | undefined {
  const found = Object.entries(renamed).find(([old]) => /^\d+$/.test(environment[old] ?? ''));
  return found === undefined ? undefined : `${found[0]}: this variable was renamed to ${found[1]}`;
}

/** The names of all environment variables that Pullgate reads as configuration. */
export const variableNames: readonly string[] = Object.keys(fromEnvironment);

const fromFlags = {
  profile: ['profile'],
  deep: ['deep'],
  port: ['server', 'port'],
  'metrics-port': ['server', 'metricsPort'],
  'log-level': ['log', 'level'],
} as const satisfies Record<string, readonly string[]>;

/**
 * Returns the values that replace those of the file, lowest priority first: the environment, then flags. Empty values
 * are ignored.
 */
export function overridesOf({ flags = {}, environment = {} }: Overrides): readonly Override[] {
  return [...read(fromEnvironment, environment, (name) => name), ...read(fromFlags, flags, (name) => `--${name}`)];
}

function read(
  paths: Readonly<Record<string, readonly string[]>>,
  values: Readonly<Record<string, unknown>>,
  originOf: (name: string) => string,
): readonly Override[] {
  return Object.entries(paths).flatMap(([name, path]) => {
    const value = values[name];
    return value === undefined || value === '' ? [] : [{ origin: originOf(name), path, value: scalar(value, path) }];
  });
}

/** The fields that take a number. A namespace may consist of digits too, so not every text of digits is a number. */
const numbers: ReadonlySet<string> = new Set(['port', 'metricsPort']);

/** Turns a text of digits into a number if the field takes one, because variables and flags are always texts. */
function scalar(value: unknown, path: readonly string[]): unknown {
  const isNumber = typeof value === 'string' && numbers.has(path.at(-1) ?? '') && /^\d{1,9}$/.test(value);
  return isNumber ? Number(value) : value;
}
