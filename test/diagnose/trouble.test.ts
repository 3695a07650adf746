import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { workloadOfPod } from '../../src/diagnose/diagnose.ts';
import { readPodEvent } from '../../src/diagnose/pull-events.ts';
import { mayWait, troublesOf } from '../../src/diagnose/trouble.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { event, failedPulls, image, noon, waitingPod } from './pods.ts';
import { sandboxMessages } from './recorded-messages.ts';

interface Case {
  readonly it: string;
  readonly pod: JsonObject;
  readonly events?: readonly JsonObject[];
  /** Container, image, cause and known failures of each trouble. */
  readonly finds: readonly (readonly [string, string | undefined, string, number?])[];
}

const refused = 'dial tcp 192.0.2.7:443: connect: connection refused';
const secret = 'illegal base64 data at input byte 0';
const volume = { volumes: [{ name: 'data', image: { reference: 'registry.example.com/data:v1' } }] };

function withStatus(pod: JsonObject, status: JsonObject): JsonObject {
  return { ...pod, status };
}

const cases: readonly Case[] = [
  {
    it: 'a back-off with its error in the status',
    pod: waitingPod('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${refused}`),
    events: failedPulls(3, refused, 60),
    finds: [['app', image, 'connection-refused', 3]],
  },
  {
    it: 'a back-off whose error stands only in an Event',
    pod: waitingPod('ImagePullBackOff', `Back-off pulling image "${image}"`),
    events: failedPulls(2, `rpc error: code = Unknown desc = ${refused}`, 60),
    finds: [['app', image, 'connection-refused', 2]],
  },
  {
    it: 'a back-off without Events',
    pod: waitingPod('ImagePullBackOff', `Back-off pulling image "${image}"`),
    finds: [['app', image, 'unknown']],
  },
  {
    it: 'a pull secret whose parser is the reason',
    pod: waitingPod(secret, secret),
    finds: [['app', image, 'secret-malformed']],
  },
  {
    it: 'an invalid name, which the kubelet tries without a back-off',
    pod: waitingPod(
      'InvalidImageName',
      `Failed to apply default image tag "A": couldn't parse image name "A": invalid reference format`,
    ),
    events: failedPulls(1, 'x', 60),
    finds: [['app', image, 'invalid-name']],
  },
  {
    it: 'a reason alone, if there is no message at all',
    pod: waitingPod('ErrImageNeverPull'),
    finds: [['app', image, 'never-present']],
  },
  {
    it: 'an image volume of the container',
    pod: waitingPod(
      'ImagePullBackOff',
      `Back-off pulling image "registry.example.com/data:v1": ErrImagePull: ${refused}`,
      volume,
    ),
    finds: [['app', 'registry.example.com/data:v1', 'connection-refused']],
  },
  {
    it: 'a pull that has run for two minutes',
    pod: waitingPod('ContainerCreating'),
    events: [event('Pulling', `Pulling image "${image}"`, 120)],
    finds: [['app', image, 'still-pulling']],
  },
  {
    it: 'nothing for a pull that began just now',
    pod: waitingPod('ContainerCreating'),
    events: [event('Pulling', `Pulling image "${image}"`, 5)],
    finds: [],
  },
  {
    it: 'nothing for a container that waits for a volume',
    pod: waitingPod('ContainerCreating'),
    events: [event('FailedMount', 'MountVolume.SetUp failed', 120, 1, '')],
    finds: [],
  },
  {
    it: 'the image of the sandbox',
    pod: waitingPod('ContainerCreating'),
    events: [event('FailedCreatePodSandBox', sandboxMessages[0]?.message ?? '', 20, 4, '')],
    finds: [['', undefined, 'sandbox-image']],
  },
  {
    it: 'nothing for a sandbox that waits for its network',
    pod: waitingPod('ContainerCreating'),
    events: [event('FailedCreatePodSandBox', 'failed to setup network for sandbox: no CNI', 20, 4, '')],
    finds: [],
  },
  {
    it: 'a container that could not be created from its image',
    pod: waitingPod(
      'CreateContainerError',
      'failed to create containerd container: error unpacking image: failed to extract layer sha256:1: x',
    ),
    finds: [['app', image, 'unpack-failed']],
  },
  {
    it: 'nothing for a container that could not be created for another reason',
    pod: waitingPod('CreateContainerConfigError', 'secret "db" not found'),
    finds: [],
  },
  {
    it: 'an image of another platform, after the crash',
    pod: withStatus(waitingPod(''), {
      containerStatuses: [
        {
          name: 'app',
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' } },
          lastState: { terminated: { reason: 'StartError', message: 'exec: "/app": exec format error' } },
        },
      ],
    }),
    finds: [['app', image, 'other-platform']],
  },
  {
    it: 'nothing for a container that crashes',
    pod: waitingPod('CrashLoopBackOff', 'back-off 10s restarting failed container'),
    finds: [],
  },
  {
    it: 'nothing for a running container',
    pod: withStatus(waitingPod(''), { containerStatuses: [{ name: 'app', state: { running: {} } }] }),
    finds: [],
  },
  { it: 'nothing if the status is rubbish', pod: withStatus(waitingPod(''), { containerStatuses: 'x' }), finds: [] },
];

describe('a pod', () => {
  for (const { it, pod, events = [], finds } of cases) {
    test(`has ${it}`, () => {
      const found = troublesOf(pod, workloadOfPod(pod).uses, events.map(readPodEvent), noon);
      assert.deepEqual(
        found.map(({ container, use, said, backOff }) => [
          container,
          use?.image,
          said.cause,
          ...(backOff ? [backOff.failures] : []),
        ]),
        finds,
      );
      if (finds.length > 0) assert.ok(mayWait(pod));
    });
  }
});
