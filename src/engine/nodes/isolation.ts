import { distinctPlatforms, type Platform } from '../image/platform.ts';
import { stringOf, type JsonObject } from '../../lib/json.ts';

/**
 * Returns the platforms that the images of a pod must have, if it runs on nodes with `platforms`. A runtime class may run
 * Windows containers in virtual machines (Hyper-V isolation), whose version is their own.
 */
export function isolatedPlatforms(podSpec: JsonObject, platforms: readonly Platform[]): readonly Platform[] {
  return stringOf(podSpec['runtimeClassName']) === '' ? platforms : distinctPlatforms(platforms.map(withoutVersion));
}

function withoutVersion({ osVersion: _version, ...platform }: Platform): Platform {
  return platform;
}
