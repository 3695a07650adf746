import type { Platform } from '../engine/image/platform.ts';
import { enumerate } from './plain-text.ts';

const word = /^[a-z0-9][a-z0-9._-]{0,31}$/i;

/**
 * `linux/arm/v7`, `windows(10.0.20348.2227)/amd64`. A part with unexpected characters becomes `unknown`, because it came
 * from a registry.
 */
export function platformName({ os, architecture, variant, osVersion }: Platform): string {
  const [system, ...parts] = [os, architecture, ...(variant ? [variant] : [])].map(shown);
  return [osVersion ? `${system}(${shown(osVersion)})` : system, ...parts].join('/');
}

function shown(part: string): string {
  return word.test(part) ? part : 'unknown';
}

/** Whether a part of a platform name is unknown, so that no command and no node selector can use it. */
export function isUnknown(name: string): boolean {
  return name.split('/').includes('unknown');
}

/** `linux/amd64, linux/arm64 and 3 more`, or `none` if the list is empty. */
export function platformList(platforms: readonly Platform[], none = 'none'): string {
  const names = platforms.map(platformName).map((name) => (isUnknown(name) ? 'an unknown platform' : name));
  return names.length === 0 ? none : enumerate([...new Set(names)], 5, (name) => name);
}
