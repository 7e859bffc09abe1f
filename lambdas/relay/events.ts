/**
 * What goes over MQTT: CloudEvents 1.0 in structured JSON (github.com/cloudevents/spec, "JSON Event Format" and "MQTT
 * Protocol Binding", 3.2), which MQTT 3.1.1 carries as well as 5. The attributes `exchange`, `part`, `parts` and `digest` are
 * extensions. Either side takes only what is exactly of this shape; whatever else comes is as if it had not come.
 */
import * as z from 'zod/mini';

export const EVENT_TYPES = {
  /** Regional API to agent: asks, or asks again with what is still missing. The same exchange is served once. */
  request: 'mrt.request.v1',
  /** Regional API to agent: the answer is here; the agent may forget it. */
  done: 'mrt.done.v1',
  /** Agent to Regional API: it has the request and works on it. Comes again while it does. */
  accepted: 'mrt.accepted.v1',
  /** Agent to Regional API: as `accepted`, but nothing more can be taken on now. */
  busy: 'mrt.busy.v1',
  /** Agent to Regional API: a part of the answer. */
  part: 'mrt.answer-part.v1',
  /** Agent to all: it lives. */
  heartbeat: 'mrt.heartbeat.v1',
} as const;

/** AWS IoT Core takes messages of 128 kB (AWS IoT Core quotas, "Maximum message size"), topic and all. */
export const MAX_MESSAGE_BYTES = 128 * 1024;

/** Bytes of an answer in one message: as base64 four thirds of it, with 8 kB left for the event around it. */
export const MAX_PART_BYTES = Math.floor(((MAX_MESSAGE_BYTES - 8192) / 4) * 3);

/**
 * Parts of one answer: some 18 MB packed. A Lambda function answers with 6 MB at most, so nothing that a route could
 * say comes near; an agent that sends parts for ever is not listened to.
 */
export const MAX_PARTS = 200;

const envelope = {
  specversion: z.literal('1.0'),
  id: z.string().check(z.minLength(1), z.maxLength(64)),
  source: z.string().check(z.minLength(1), z.maxLength(256)),
  time: z.iso.datetime(),
  datacontenttype: z.optional(z.literal('application/json')),
};

/** A UUID: unguessable, so that nobody can answer what they have not been asked. */
const exchange = z.uuid();
const partNumber = z.int().check(z.gte(0), z.lt(MAX_PARTS));

const request = z.strictObject({
  ...envelope,
  type: z.literal(EVENT_TYPES.request),
  exchange,
  data: z.strictObject({
    /** Who asks: the last level of the topic that is answered on. */
    reply_to: z.string().check(z.maxLength(63)),
    /** Milliseconds that an answer is waited for. No time of day: clocks may differ. */
    budget_ms: z.int().check(z.gte(0), z.lte(900_000)),
    /** Internal token: who asks, for whom, and with which rights. */
    token: z.string().check(z.maxLength(8000)),
    /** What is asked: `question.ts`. */
    question: z.unknown(),
    /** Parts that did not come; left out at first, and where none came. */
    missing: z.optional(z.array(partNumber).check(z.maxLength(MAX_PARTS))),
    /** Hash of the answer that parts came of. */
    digest: z.optional(z.string().check(z.maxLength(64))),
  }),
});

const done = z.strictObject({ ...envelope, type: z.literal(EVENT_TYPES.done), exchange });
const accepted = z.strictObject({ ...envelope, type: z.literal(EVENT_TYPES.accepted), exchange });
const busy = z.strictObject({ ...envelope, type: z.literal(EVENT_TYPES.busy), exchange });

const part = z.strictObject({
  ...envelope,
  type: z.literal(EVENT_TYPES.part),
  exchange,
  part: partNumber,
  parts: z.int().check(z.gte(1), z.lte(MAX_PARTS)),
  /** SHA-256 of the whole answer as it was packed, in base64url: tells the parts of two answers apart. */
  digest: z.string().check(z.length(43)),
  data_base64: z.string().check(z.maxLength(Math.ceil(MAX_PART_BYTES / 3) * 4)),
});

const heartbeat = z.strictObject({
  ...envelope,
  type: z.literal(EVENT_TYPES.heartbeat),
  data: z.strictObject({
    /** `away`: the last will, which the broker publishes when the connection breaks. */
    state: z.enum(['here', 'away']),
    /** The agent's release. */
    version: z.string().check(z.maxLength(40)),
    /** Names of the environments that it serves. */
    environments: z.array(z.string().check(z.maxLength(128))).check(z.maxLength(1000)),
    /** When its process began. */
    started: z.iso.datetime(),
    /** When its certificate ends; `null` where it does not know. */
    certificate_ends: z.nullable(z.iso.datetime()),
  }),
});

export type RequestEvent = z.output<typeof request>;
export type PartEvent = z.output<typeof part>;
export type Heartbeat = z.output<typeof heartbeat>;
export type ToAgent = RequestEvent | z.output<typeof done>;
export type FromAgent = PartEvent | z.output<typeof accepted> | z.output<typeof busy>;

/** What every event has besides is added as it is encoded. */
type Body<E> = E extends unknown ? Omit<E, keyof typeof envelope> : never;
export type EventBody = Body<ToAgent | FromAgent | Heartbeat>;

const toAgent = z.discriminatedUnion('type', [request, done]);
const fromAgent = z.discriminatedUnion('type', [accepted, busy, part]);

/** What the Regional API said; `null` for anything else. */
export function parseToAgent(payload: Uint8Array): ToAgent | null {
  return parsed(toAgent, payload);
}

/** What an agent said of an exchange; `null` for anything else. */
export function parseFromAgent(payload: Uint8Array): FromAgent | null {
  return parsed(fromAgent, payload);
}

/** A heartbeat; `null` for anything else. */
export function parseHeartbeat(payload: Uint8Array): Heartbeat | null {
  return parsed(heartbeat, payload);
}

/**
 * An event as the bytes of a message.
 *
 * @param event all but what every event has
 * @param source who says it: `/agent/depot`, `/relay/…`
 * @throws Error when it would pass the broker's limit
 */
export function encodeEvent(event: EventBody, source: string, id: string): Buffer {
  const whole = { specversion: '1.0', id, source, time: new Date().toISOString(), ...event };
  const bytes = Buffer.from(JSON.stringify(whole));
  if (bytes.length > MAX_MESSAGE_BYTES - 512) throw new Error('the event does not fit into a message');
  return bytes;
}

function parsed<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  payload: Uint8Array,
): T | null {
  // The broker holds its own limit; another broker may have none.
  if (payload.length > MAX_MESSAGE_BYTES) return null;
  try {
    const result = schema.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
