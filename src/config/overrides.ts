/** Flags by name (`log-level`) and environment variables: what stands above the file. */
export interface Overrides {
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** One value that stands above the file, with the name under which its giver knows it. */
export interface Override {
  readonly origin: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * No name here may look like one that the kubelet makes for a Service (`NAME_PORT`, `NAME_SERVICE_HOST`, …): a Service
 * named `pullgate` puts `PULLGATE_PORT=tcp://…` into every pod of its namespace. A test holds every name against that rule.
 */
const fromEnvironment = {
  PULLGATE_PROFILE: ['profile'],
  PULLGATE_LISTEN_HTTPS: ['server', 'port'],
  PULLGATE_LISTEN_METRICS: ['server', 'metricsPort'],
  PULLGATE_LOG_LEVEL: ['log', 'level'],
  POD_NAMESPACE: ['ownNamespace'],
  // The lower case wins, as in curl and Go.
  HTTP_PROXY: ['proxy', 'http'],
  http_proxy: ['proxy', 'http'],
  HTTPS_PROXY: ['proxy', 'https'],
  https_proxy: ['proxy', 'https'],
  NO_PROXY: ['proxy', 'none'],
  no_proxy: ['proxy', 'none'],
} as const satisfies Record<string, readonly string[]>;

/** Names of earlier releases that a Service could take. */
const renamed = {
  PULLGATE_PORT: 'PULLGATE_LISTEN_HTTPS',
  PULLGATE_METRICS_PORT: 'PULLGATE_LISTEN_METRICS',
} as const satisfies Record<string, keyof typeof fromEnvironment>;

/** One line about a variable that an operator still sets by its old name; undefined: none. A Service's link is no setting. */
export function renamedVariable({ environment = {} }: Overrides): string | undefined {
  const set = Object.entries(renamed).find(([old]) => /^\d+$/.test(environment[old] ?? ''));
  return set === undefined ? undefined : `${set[0]}: this variable is now called ${set[1]}`;
}

/** Names of the variables that are read. */
export const variableNames: readonly string[] = Object.keys(fromEnvironment);

const fromFlags = {
  profile: ['profile'],
  deep: ['deep'],
  port: ['server', 'port'],
  'metrics-port': ['server', 'metricsPort'],
  'log-level': ['log', 'level'],
} as const satisfies Record<string, readonly string[]>;

/** What stands above the file, in the order in which it is laid on: the environment, then flags. An empty variable says nothing. */
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
    return value === undefined || value === '' ? [] : [{ origin: originOf(name), path, value: scalar(value) }];
  });
}

/** Shells know only texts: digits are a number, as they would be in the file. */
function scalar(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}
