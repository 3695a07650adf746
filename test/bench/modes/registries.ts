import type { JsonObject } from '../../../src/lib/json.ts';
import type { ServerScript } from '../../support/scripted-registry/script.ts';
import type { Figure, Goal, Mode } from '../figure.ts';
import { load } from '../load.ts';
import { startPullgate } from '../target.ts';
import { repeated, reviewOf, startRegistry, tagsUpTo } from '../workloads.ts';

/** One way in which registries answer. */
interface Case {
  readonly name: string;
  readonly about: string;
  readonly clients: number;
  readonly reviews: number;
  /** The tag of the image of review number `at`. */
  readonly tag: (at: number, random: () => number) => string;
  readonly registry?: ServerScript;
  readonly settings?: JsonObject;
  /** A part of every answer, so that the load measures what it says. */
  readonly answers: string;
  readonly goals?: { readonly reviews?: Goal; readonly requests?: Goal };
}

const serveAfter = (seconds: number): ServerScript => ({ rules: [{ do: { delaySeconds: seconds, serve: true } }] });

const cases: readonly Case[] = [
  {
    name: 'cold',
    about: 'a new image in each review',
    clients: 8,
    reviews: 3_000,
    tag: (at) => `t${at}`,
    answers: '"allowed":true',
    goals: { requests: { most: 1_010 } },
  },
  {
    name: 'mixed',
    about: '2,000 images, a few of them often (Zipf)',
    clients: 8,
    reviews: 9_000,
    tag: (_at, random) => `t${Math.min(1_999, Math.floor(2_000 ** random()) - 1)}`,
    answers: '"allowed":true',
  },
  {
    name: 'missing',
    about: 'the same missing tag again and again, as from a controller that retries',
    clients: 8,
    reviews: 3_000,
    tag: () => 'missing',
    answers: '"allowed":false',
  },
  {
    name: 'outage',
    about: 'a registry that refuses connections, and a new image in each review',
    clients: 8,
    reviews: 3_000,
    tag: (at) => `t${at}`,
    registry: { listen: 'closed' },
    answers: '"allowed":true',
    goals: { requests: { most: 0 } },
  },
  {
    name: '429',
    about: 'a registry that answers 429, and a new image in each review',
    clients: 8,
    reviews: 3_000,
    tag: (at) => `t${at}`,
    registry: { rules: [{ do: { status: 429 } }] },
    answers: '"allowed":true',
    goals: { requests: { most: 50 } },
  },
  {
    name: 'burst',
    about: 'a new image in each review, at a registry 50 ms away',
    clients: 32,
    reviews: 5_000,
    tag: (at) => `t${at}`,
    registry: serveAfter(0.05),
    answers: '"allowed":true',
    goals: { reviews: { least: 550 } },
  },
];

/** The modes that differ only in the registry and in the images. */
export const registryModes: readonly Mode[] = cases.map((one) => ({
  name: one.name,
  about: one.about,
  run: (scale) => run(one, scale),
}));

async function run({ clients, reviews, tag, registry: change, settings, answers, goals = {} }: Case, scale: number) {
  const count = Math.ceil(reviews * scale);
  const random = createRandom();
  await using registry = await startRegistry(tagsUpTo(Math.max(count, 2_000)), change);
  await using other = await startRegistry(['warm']);
  await using pullgate = await startPullgate(settings);
  // The first reviews compile the program. They use another registry, so that they teach nothing about this one.
  await load(pullgate, 8, repeated([reviewOf([other.image('warm')])], 3_000 * scale));
  const texts = Array.from({ length: count }, (_, at) => reviewOf([registry.image(tag(at, random))], `web-${at}`));
  const before = registry.requests;
  const { perSecond, p50, p99, cpuMs, first, last } = await load(pullgate, clients, texts);
  for (const answer of [first, last]) if (!answer.includes(answers)) throw new Error(`${answer} has no ${answers}`);
  const requests = ((registry.requests - before) / count) * 1_000;
  const figures: readonly Figure[] = [
    { name: `reviews, ${clients} clients`, value: perSecond, unit: 'reviews/s', ...goalOf(goals.reviews) },
    { name: 'median time', value: p50, unit: 'ms' },
    { name: '99th percentile', value: p99, unit: 'ms' },
    { name: 'CPU for a review', value: cpuMs, unit: 'ms' },
    {
      name: 'requests to the registry, for 1,000 reviews',
      value: requests,
      unit: 'requests',
      ...goalOf(goals.requests),
    },
  ];
  return figures;
}

function goalOf(goal: Goal | undefined): Pick<Figure, 'goal'> {
  return goal === undefined ? {} : { goal };
}

/** Returns numbers from 0 to 1, the same in each run: mulberry32, with the seed 1. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
