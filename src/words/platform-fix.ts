import type { Platform } from '../engine/image/platform.ts';
import type { Fix } from './by-kind.ts';
import { shellWord } from './plain-text.ts';
import { isUnknown, platformList, platformName } from './platform-words.ts';

/** How to fix an image that is for the platforms `offered`, while the nodes want `wanted`. */
export function platformFix(
  image: string | undefined,
  wanted: readonly Platform[],
  offered: readonly Platform[],
  too = '',
): Fix {
  return {
    advice: `Build the image for ${platformList(wanted)}${too}${orSelectNodes(offered[0], wanted)}.`,
    command: buildFor(image, [...offered, ...wanted].map(platformName)),
  };
}

function orSelectNodes(offered: Platform | undefined, wanted: readonly Platform[]): string {
  if (offered === undefined || isUnknown(platformName(offered))) return '';
  const [label, value] = selectorFor(offered, wanted);
  return `, or run the pod on ${value} nodes only (nodeSelector ${label}: ${value})`;
}

/** The well-known node label in which the image differs from the nodes. */
function selectorFor({ os, architecture, osVersion = '' }: Platform, wanted: readonly Platform[]) {
  if (wanted.some((platform) => platform.os !== os)) return ['kubernetes.io/os', os] as const;
  const isVersion = osVersion !== '' && wanted.some((platform) => platform.architecture === architecture);
  return isVersion
    ? (['node.kubernetes.io/windows-build', osVersion.split('.', 3).join('.')] as const)
    : (['kubernetes.io/arch', architecture] as const);
}

function buildFor(image: string | undefined, platforms: readonly string[]): string | undefined {
  const target = image === undefined ? undefined : shellWord(image);
  const list = [...new Set(platforms)]
    .filter((platform) => !isUnknown(platform))
    .slice(0, 8)
    .join(',');
  return target && !target.includes('@')
    ? `docker buildx build --platform ${shellWord(list)} -t ${target} --push .`
    : undefined;
}
