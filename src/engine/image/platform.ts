import { runsWindowsVersion } from './windows-version.ts';

/** The platform of a node, an index entry or an image config: `linux/amd64`, `linux/arm/v7`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** The version of the operating system. Only Windows compares it: `10.0.20348.2227`. */
  readonly osVersion?: string;
}

const pattern = /^(?<os>[\w-]+)(?:\((?<osVersion>[\w.-]+)\))?\/(?<architecture>[\w.-]+)(?:\/(?<variant>[\w.-]+))?$/;

/**
 * Parses `os/architecture`, `os/architecture/variant`, and both with a version: `windows(10.0.20348)/amd64`. Does not
 * normalize. Undefined for another form. The format is that of Parse in containerd/platforms, without OS features.
 */
export function parsePlatform(text: string): Platform | undefined {
  const { os, architecture, variant, osVersion } = pattern.exec(text)?.groups ?? {};
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, ...(variant !== undefined && { variant }), ...(osVersion !== undefined && { osVersion }) };
}

/** Returns a platform in the form `linux/arm/v7` or `windows(10.0.20348)/amd64`. */
export function formatPlatform({ osVersion = '', ...platform }: Platform): string {
  const name = nameOf(platform);
  return osVersion === '' ? name : name.replace('/', `(${osVersion})/`);
}

function nameOf({ os, architecture, variant = '' }: Platform): string {
  return [os, architecture, ...(variant === '' ? [] : [variant])].join('/');
}

/** Returns the same spelling for equal platforms. Mirrors Normalize of containerd/platforms. */
function normalizePlatform({ os, architecture, variant = '' }: Platform): Platform {
  const [arch, normalVariant] = normalArchitecture(architecture.toLowerCase(), variant.toLowerCase());
  const system = os.toLowerCase() || 'linux';
  return {
    os: system === 'macos' ? 'darwin' : system,
    architecture: arch,
    ...(normalVariant !== '' && { variant: normalVariant }),
  };
}

/** Returns a platform without the features that the operating system must have: `linux(+x)` is `linux`. */
export function withoutFeatures({ os, ...platform }: Platform): Platform {
  return { ...platform, os: os.replace(/\(.*$/, '') };
}

/** A platform in the form in which platforms are compared. */
export interface PlatformKey {
  /** The normalized name: `linux/arm64`. */
  readonly name: string;
  /** Empty if it is unknown, or if the operating system is not Windows. */
  readonly version: string;
}

/** Returns the key of a platform. */
export function platformKey(platform: Platform): PlatformKey {
  const normal = normalizePlatform(platform);
  return { name: nameOf(normal), version: normal.os === 'windows' ? (platform.osVersion ?? '') : '' };
}

/** Returns whether an image has the node's own platform, in a version that the node runs. */
export function isOwnPlatform(node: PlatformKey, image: PlatformKey): boolean {
  return node.name === image.name && runsWindowsVersion(node.version, image.version);
}

/** Returns `platforms` without duplicates, in the same order. */
export function distinctPlatforms(platforms: readonly Platform[]): readonly Platform[] {
  return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()];
}

/**
 * Returns the position in `offered` of the image index entry that a node uses. An entry without a platform is used only
 * if no other entry matches. Undefined if none matches; containerd then fails with `no match for platform in manifest`.
 * Mirrors `Only` of containerd/platforms, and FilterPlatforms and LimitManifests of containerd v2.4.2
 * core/images/handlers.go.
 */
export function pickPlatform(node: Platform, offered: readonly (Platform | undefined)[]): number | undefined {
  return pickKey(
    node,
    offered.map((platform) => platform && platformKey(platform)),
  );
}

/** Does the same as `pickPlatform` for the `platformKey` of each entry. */
export function pickKey(node: Platform, offered: readonly (PlatformKey | undefined)[]): number | undefined {
  const runnable = runnablePlatforms(normalizePlatform(node)).map(nameOf);
  const { version } = platformKey(node);
  const ranks = new Map(runnable.map((key, rank) => [key, rank] as const).toReversed());
  let best: number | undefined;
  let bestRank = Infinity;
  for (const [at, key] of offered.entries()) {
    const rank = key === undefined ? runnable.length : (ranks.get(key.name) ?? Infinity);
    const runs = key === undefined || runsWindowsVersion(version, key.version);
    if (runs && rank < bestRank) [best, bestRank] = [at, rank];
  }
  return best;
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

/** The platforms whose images a machine of a normalized platform can run, the best first. */
function runnablePlatforms({ os, architecture, variant = '' }: Platform): readonly Platform[] {
  const platforms = (name: string, variants: readonly string[]): readonly Platform[] =>
    variants.map((each) => normalizePlatform({ os, architecture: name, variant: each }));
  switch (architecture) {
    case 'amd64':
      return [...platforms('amd64', [variant, ...below(variant, 1)]), ...platforms('386', [''])];
    case 'arm':
      return platforms('arm', [variant, ...below(variant, 5)]);
    case 'arm64':
      // A machine with an unknown variant runs nothing, not even images of the same variant.
      return isArm64Variant(variant)
        ? [...platforms('arm64', arm64Variants(variant)), ...runnablePlatforms(arm(os))]
        : [];
    default:
      return platforms(architecture, [variant]);
  }
}

/** The variants below `variant` down to `lowest`: for `v3` and 1, `v2` and `v1`. Empty for another form. */
function below(variant: string, lowest: number): readonly string[] {
  const version = /^v?(\d{1,3})$/.exec(variant)?.[1];
  return down('v', Number(version ?? 0) - 1, lowest);
}

const arm64Pattern = /^(?:v8(?:\.\d)?|v9(?:\.[0-7])?)?$/;

function isArm64Variant(variant: string): boolean {
  return arm64Pattern.test(variant);
}

/** A variant and those that it includes: `v9.2` runs v9.2 to v9.0 and, as v9.2 is based on v8.7, v8.7 to v8.0. */
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
