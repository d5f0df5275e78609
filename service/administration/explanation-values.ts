/** What an explanation and the XMPP gateway's report are made of, as the administration's OpenAPI document describes them. */
import { z } from 'zod'
import type { Explanation } from '../explanation.ts'
import type { GatewayReport } from '../gateway-request.ts'

const moment = z.number().meta({ description: 'Milliseconds since the epoch.' })
const handling = z.enum(['block', 'confirm', 'polite-block', 'allow'])

const party = z
  .object({
    asked: z.string(),
    address: z.string().optional(),
    known: z.enum(['account', 'external', 'neighbour', 'stranger', 'nobody']),
  })
  .meta({ id: 'ExplainedParty' })

const notification = z.object({
  at: moment,
  size: z.number().meta({ description: 'Octets of its body.' }),
  status: z.number().meta({
    description: 'Of the answer; 0: none yet, -1: none in time, -2: it could not be sent.',
  }),
})

const subscription = z.object({
  state: z.enum(['active', 'pending']),
  since: moment.optional(),
  expiresAt: moment.optional(),
  withoutNotify: z.boolean().meta({ description: 'It is told by a list, or to another network.' }),
  way: z.string().meta({ description: 'How its NOTIFYs go, as `UDP 192.0.2.1:5060`.' }),
  reachable: z.boolean(),
  unsaid: z.boolean().meta({ description: 'Something is to be told yet.' }),
  lastNotify: notification.optional(),
  holder: z.string().optional().meta({
    description: 'The other node or worker that holds it, and alone knows of its NOTIFYs.',
  }),
})

const rule = z.object({
  id: z.string(),
  handling: handling.optional(),
  matched: z.boolean(),
  failedConditions: z.array(z.string()),
})

const decision = z.object({
  handling,
  by: z.enum(['self', 'rules', 'policy', 'contact']),
  documents: z.array(z.object({ path: z.string(), rules: z.array(rule) })),
  unreadable: z.array(z.object({ path: z.string(), problem: z.string() })),
  filtered: z.boolean(),
})

const publication = z.object({
  source: z.string().optional(),
  publishedAt: moment,
  expiresAt: moment.optional(),
  size: z.number(),
})

const icon = z.object({
  document: z.string().meta({ description: 'AUID and path of the document that carries it.' }),
  storedAt: moment,
  size: z.number(),
  announced: z.boolean(),
})

const explanation = z
  .object({
    now: moment,
    cause: z.object({ kind: z.string(), text: z.string() }),
    watcher: party,
    presentity: party,
    subscriptions: z.array(subscription),
    ended: z.object({ at: moment, why: z.string() }).optional(),
    namesakes: z.array(z.string()),
    isWaiting: z.boolean(),
    decision: decision.optional(),
    publications: z.array(publication),
    publishedUntil: moment.optional(),
    registration: z.array(z.object({ uri: z.string(), expiresAt: moment.optional() })),
    hardState: z.boolean(),
    icon: icon.optional(),
    document: z.string().optional().meta({ description: 'What the watcher is told.' }),
  })
  .meta({ id: 'Explanation' })

const authorization = z.enum(['none', 'asked', 'granted', 'refused'])

const pair = z
  .object({
    user: z.string(),
    contact: z.string(),
    to: authorization,
    from: authorization,
    toSince: moment,
    fromSince: moment,
    relation: z.enum(['none', 'to', 'from', 'both']),
    shown: z.enum(['pending', 'allow', 'polite-block', 'ended', 'unknown']),
    avatar: z.string().meta({ description: 'SHA-1, `none` or `unknown`.' }),
    resources: z.array(
      z.object({
        resource: z.string(),
        priority: z.number(),
        show: z.string(),
        photo: z.string().meta({ description: 'SHA-1, `none` or `unknown`.' }),
      }),
    ),
  })
  .meta({ id: 'XmppContact' })

const counts = z.record(z.string(), z.number())

const gateway = z
  .object({
    streams: z.array(z.object({ domain: z.string(), isOnline: z.boolean() })),
    pairs: z.number(),
    stanzas: z.object({
      received: counts,
      sent: counts,
      requests: z.record(z.string(), z.object({ made: z.number(), failed: z.number() })),
    }),
    of: z.array(pair).optional(),
  })
  .meta({ id: 'XmppGateway' })

// What is undefined here is absent in JSON, which zod's types keep apart.
export const explanationValue = explanation as unknown as z.ZodType<Explanation>
export const gatewayValue = gateway as unknown as z.ZodType<GatewayReport>
