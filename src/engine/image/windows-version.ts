/** The parts of a Windows version that decide what runs where: `10.0.20348` of `10.0.20348.2227`. */
interface WindowsVersion {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
}

/**
 * Long-term releases: Windows Server 2022 and 2025. A host from one of them on runs images from the release before it
 * on. Older hosts run only images of their own build.
 */
const longTermBuilds = [20_348, 26_100] as const;

/**
 * Returns whether a Windows host can run an image, by their `os.version`: 10.0.20348.2227. An unknown version of the
 * host, or an image without a version, fits. Mirrors windowsVersionMatcher of containerd/platforms v1.0.0-rc.5. Older
 * versions allow less.
 */
export function runsWindowsVersion(host: string, image: string): boolean {
  const own = parseVersion(host);
  if (own === undefined || image === '') return true;
  const its = parseVersion(image);
  if (its?.major !== own.major || its.minor !== own.minor) return false;
  const generation = longTermBuilds.findLastIndex((build) => build <= own.build);
  const oldest = longTermBuilds[Math.max(0, generation - 1)];
  if (generation < 0 || oldest === undefined) return its.build === own.build;
  return oldest <= its.build && its.build <= own.build;
}

function parseVersion(text: string): WindowsVersion | undefined {
  const [major = -1, minor = -1, build = -1] = text.split('.', 3).map(unsigned);
  return isByte(major) && isByte(minor) && build >= 0 && build <= 65_535 ? { major, minor, build } : undefined;
}

/** Like ParseUint of Go's strconv: digits only. -1 for another form. */
function unsigned(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : -1;
}

function isByte(value: number): boolean {
  return value >= 0 && value <= 255;
}
