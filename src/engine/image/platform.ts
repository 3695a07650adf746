/** `linux/amd64`, `linux/arm/v7`: the platform of a node, of an index entry or of an image config. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** `os/architecture` or `os/architecture/variant`; undefined: another form. The parts are taken as they are written. */
export function parsePlatform(text: string): Platform | undefined {
  const [os = '', architecture = '', variant, ...more] = text.split('/');
  const parts = variant === undefined ? [os, architecture] : [os, architecture, variant];
  if (more.length > 0 || !parts.every((part) => /^[\w.-]+$/.test(part))) return undefined;
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

/** `linux/arm/v7`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined || variant === '' ? [] : [variant])].join('/');
}

/** One spelling for each platform. Mirrors Normalize of containerd/platforms. */
function normalizePlatform({ os, architecture, variant = '' }: Platform): Platform {
  const [arch, form] = normalArchitecture(architecture.toLowerCase(), variant.toLowerCase());
  const system = os.toLowerCase() || 'linux';
  return { os: system === 'macos' ? 'darwin' : system, architecture: arch, ...(form !== '' && { variant: form }) };
}

/** Whether two spellings name one platform. */
export function isSamePlatform(one: Platform, other: Platform): boolean {
  return formatPlatform(normalizePlatform(one)) === formatPlatform(normalizePlatform(other));
}

/** `platforms` without repetitions, in their order. */
export function distinctPlatforms(platforms: readonly Platform[]): readonly Platform[] {
  return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()];
}

/**
 * The index of the entry that a node takes of those that an image index offers; undefined: `no match for platform in
 * manifest`. An entry without a platform is taken where no other matches. Mirrors `Only` of containerd/platforms and
 * FilterPlatforms and LimitManifests of containerd core/images/handlers.go.
 */
export function pickPlatform(node: Platform, offered: readonly (Platform | undefined)[]): number | undefined {
  const runs = runnablePlatforms(normalizePlatform(node)).map(formatPlatform);
  const ranks = offered.map((platform) => {
    if (platform === undefined) return runs.length;
    const rank = runs.indexOf(formatPlatform(normalizePlatform(platform)));
    return rank < 0 ? Infinity : rank;
  });
  const best = Math.min(...ranks);
  return best === Infinity ? undefined : ranks.indexOf(best);
}

function normalArchitecture(architecture: string, variant: string): readonly [string, string] {
  switch (architecture) {
    case 'i386':
      return ['386', ''];
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return ['amd64', variant === 'v1' ? '' : variant];
    case 'aarch64':
    case 'arm64':
      return ['arm64', arm64Spellings[variant] ?? variant];
    case 'armhf':
      return ['arm', 'v7'];
    case 'armel':
      return ['arm', 'v6'];
    case 'arm':
      return ['arm', armSpellings[variant] ?? variant];
    default:
      return [architecture, variant];
  }
}

const arm64Spellings: Readonly<Record<string, string>> = {
  '8': '',
  v8: '',
  'v8.0': '',
  '9': 'v9',
  '9.0': 'v9',
  'v9.0': 'v9',
};
const armSpellings: Readonly<Record<string, string>> = { '': 'v7', '5': 'v5', '6': 'v6', '7': 'v7', '8': 'v8' };

/** What a machine runs, the best first. */
function runnablePlatforms({ os, architecture, variant = '' }: Platform): readonly Platform[] {
  const forms = (name: string, variants: readonly string[]): readonly Platform[] =>
    variants.map((form) => normalizePlatform({ os, architecture: name, variant: form }));
  switch (architecture) {
    case 'amd64':
      return [...forms('amd64', [variant, ...below(variant, 1)]), ...forms('386', [''])];
    case 'arm':
      return forms('arm', [variant, ...below(variant, 5)]);
    case 'arm64':
      // A variant that is not known runs nothing, not even itself.
      return isArm64Variant(variant) ? [...forms('arm64', arm64Variants(variant)), ...runnablePlatforms(arm(os))] : [];
    default:
      return forms(architecture, [variant]);
  }
}

/** The variants below `v3` down to `v1`; none where it is no such variant. */
function below(variant: string, lowest: number): readonly string[] {
  const version = /^v?(\d{1,3})$/.exec(variant)?.[1];
  return down('v', Number(version ?? 0) - 1, lowest);
}

const arm64Pattern = /^(?:v8(?:\.\d)?|v9(?:\.[0-7])?)?$/;

function isArm64Variant(variant: string): boolean {
  return arm64Pattern.test(variant);
}

/** `v9.2` runs v9.2 to v9.0, and v8.7 to v8.0, on which it is based. */
function arm64Variants(variant: string): readonly string[] {
  const [major = '8', minor = '0'] = variant.slice(1).split('.');
  if (major !== '9') return down('v8.', Number(minor), 0);
  return [...down('v9.', Number(minor), 0), ...down('v8.', Math.min(Number(minor) + 5, 9), 0)];
}

function arm(os: string): Platform {
  return { os, architecture: 'arm', variant: 'v8' };
}

function down(prefix: string, from: number, to: number): readonly string[] {
  return Array.from({ length: Math.max(0, from - to + 1) }, (_, step) => `${prefix}${from - step}`);
}
