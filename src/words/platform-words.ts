import type { Platform } from '../engine/image/platform.ts';
import { enumerate } from './plain-text.ts';

const word = /^[a-z0-9][a-z0-9._-]{0,31}$/i;

/** `linux/arm/v7`. What is no such word came from a registry, and is not repeated. */
export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])]
    .map((part) => (word.test(part) ? part : 'unknown'))
    .join('/');
}

/** `linux/amd64, linux/arm64 and 3 more`, or `none` where there is nothing to list. */
export function platformList(platforms: readonly Platform[], none = 'none'): string {
  return platforms.length === 0 ? none : enumerate([...new Set(platforms.map(platformName))], 5);
}
