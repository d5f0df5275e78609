/** Record shapes: what the JSON of a record must be, on every engine, for what reads it to work. */

export type Shape = (value: unknown) => boolean

const isText: Shape = (value) => typeof value === 'string'
const isNumber: Shape = (value) => Number.isFinite(value)
const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape)
const oneOf =
  (...values: readonly unknown[]): Shape =>
  (value) =>
    values.includes(value)
const objectOf =
  (members: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(members).every(([name, isRight]) =>
      isRight((value as Record<string, unknown>)[name]),
    )

const texts = listOf(isText)
const credentials = listOf(
  objectOf({
    ...{ username: isText, realm: isText, ha1: isText },
    algorithm: oneOf('MD5', 'SHA-256', 'SHA-512-256'),
  }),
)
const authorization = oneOf('none', 'asked', 'granted', 'refused')
const storedPublication = { contentType: isText, publishedAt: isNumber, body: isText }

/** A member that a later version added, or may be absent, is not looked at. */
export const RECORD_SHAPES = {
  account: objectOf({
    ...{ aor: isText, aliases: texts, credentials },
    ...{ suspended: oneOf(undefined, true), erasing: oneOf(undefined, true) },
  }),
  credentials,
  sessions: listOf(
    objectOf({
      ...{ id: isText, aor: isText, created: isNumber, expires: isNumber },
      ...{ remembered: oneOf(true, false), credentials },
    }),
  ),
  pair: objectOf({
    ...{ user: isText, contact: isText, toSince: isNumber, fromSince: isNumber },
    ...{ to: authorization, from: authorization },
  }),
  listed: texts,
  capabilities: texts,
  administration: objectOf({}),
  /** What no column of a database holds. */
  storedPublication: objectOf(storedPublication),
  publication: objectOf({
    ...{ ...storedPublication, presentity: isText, eventPackage: isText, id: isText },
    ...{ tag: isText, expiresAt: isNumber },
  }),
  subscription: objectOf({
    ...{ id: isText, presentity: isText, eventPackage: isText, event: isText, accept: texts },
    ...{ expiresAt: isNumber, callId: isText, localTag: isText, remoteTag: isText },
    ...{ localUri: isText, remoteUri: isText, remoteTarget: isText, routeSet: texts },
    ...{ remoteCseq: isNumber, cseqReserved: isNumber },
    flow: objectOf({
      ...{ transport: isText, localAddress: isText, localPort: isNumber },
      ...{ remoteAddress: isText, remotePort: isNumber },
    }),
  }),
  binding: objectOf({
    ...{ aor: isText, contact: isText, callId: isText, cseq: isNumber },
    ...{ expiresAt: isNumber, parameters: isText },
  }),
} as const satisfies Readonly<Record<string, Shape>>
