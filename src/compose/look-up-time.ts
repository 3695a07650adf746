import type { Config } from '../config/config.ts';

/**
 * Returns the time limit in whole ms for what is looked up before the registry is asked: half of the deadline, so that a
 * slow API server or plugin leaves time for the registry.
 */
export function lookUpMs({ deadline }: Pick<Config, 'deadline'>): number {
  return Math.ceil(deadline / 2);
}
