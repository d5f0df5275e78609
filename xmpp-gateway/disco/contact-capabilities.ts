/** What contacts' software can do: asked once for each hash, and of each device whose hash proves nothing. XEP-0115 §5.4, §8. */
import { QueueFull } from '../../core/images/work-queue.ts'
import { xmlAttribute, xmlElement } from '../../core/documents/xml-element.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import { fullJid, type BareJid } from '../jid.ts'
import type { ContactResource, Pair } from '../pair.ts'
import { StanzaError } from '../stanza-error.ts'
import { childOf } from '../stanza.ts'
import type { Streams } from '../streams.ts'
import { DISCO_INFO, readDiscoInfo, type DiscoInfo } from './disco-info.ts'
import { createFairQueue } from './fair-queue.ts'
import {
  deviceKey,
  NO_FEATURES,
  readKnownCapabilities,
  type Device,
  type Features,
  type KnownCapabilitiesOptions,
} from './known-capabilities.ts'

export interface ContactCapabilities {
  /** Of one resource of the pair's contact. Empty: it says nothing of itself, or does not answer. Never rejects. */
  featuresOf(pair: Pair, resource: ContactResource): MaybePromise<Features>
}

export interface ContactCapabilitiesOptions extends KnownCapabilitiesOptions {
  readonly streams: Pick<Streams, 'request'>
}

/** A contact that does not answer holds one place. */
const QUEUE = { concurrency: 16, waiting: 4096, waitingInLane: 64 }

export async function createContactCapabilities(
  options: ContactCapabilitiesOptions,
): Promise<ContactCapabilities> {
  const { streams, log } = options
  const known = await readKnownCapabilities(options)
  const queue = createFairQueue(QUEUE)
  const asked = new Map<string, Promise<Features>>()
  /** Whom the others with the same hash wait for, once. */
  const firsts = new Map<string, Promise<Features>>()

  async function learn(device: Device, pair: Pair): Promise<Features> {
    await firsts.get(device.capabilities.ver)
    const ask = async () =>
      known.find(device) ?? known.keep(device, await describe(device, pair.userJid, streams))
    try {
      return known.find(device) ?? (await queue.run(pair.contactJid, ask))
    } catch (error) {
      const isExpected = error instanceof StanzaError || error instanceof QueueFull
      const reason = isExpected ? { reason: error.message } : { err: error }
      log.debug({ ...reason, jid: device.jid }, 'a contact does not say what its software can do')
      return NO_FEATURES
    }
  }

  return {
    featuresOf(pair, { resource, capabilities }) {
      if (!capabilities) return NO_FEATURES
      const device = { capabilities, jid: fullJid(pair.contactJid, resource) }
      const key = deviceKey(device)
      return (
        known.find(device) ??
        asked.get(key) ??
        whileItLasts(asked, key, whileItLasts(firsts, capabilities.ver, learn(device, pair)))
      )
    },
  }
}

/** The first under a name stays in the table until it is over. */
function whileItLasts<T>(
  table: Map<string, Promise<T>>,
  name: string,
  answer: Promise<T>,
): Promise<T> {
  if (table.has(name)) return answer
  const standing = answer.finally(() => table.delete(name))
  table.set(name, standing)
  return standing
}

/** Undefined: it cannot say, or says more than anything honest. Rejects when another time may be better. */
async function describe(
  { jid, capabilities: { node, ver } }: Device,
  from: BareJid,
  streams: Pick<Streams, 'request'>,
): Promise<DiscoInfo | undefined> {
  const child = xmlElement(DISCO_INFO, 'query', [], [xmlAttribute('node', `${node}#${ver}`)])
  try {
    const result = await streams.request({ type: 'get', from, to: jid, child })
    const answer = childOf(result, DISCO_INFO, 'query')
    return answer && readDiscoInfo(answer)
  } catch (error) {
    if (error instanceof StanzaError && error.type !== 'wait') return undefined
    throw error
  }
}
