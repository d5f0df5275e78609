/** The services for contacts on a real store, with recorded streams: a test asks as a contact does. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { XmlElement } from '../../core/documents/xml-element.ts'
import { readXml } from '../../core/documents/xml-reader.ts'
import { silentLog } from '../../core/model/log.ts'
import { parseJid } from '../../xmpp-gateway/jid.ts'
import { StanzaError } from '../../xmpp-gateway/stanza-error.ts'
import { writeStanza } from '../../xmpp-gateway/stream/stanza-writer.ts'
import { openUserServices } from '../../xmpp-gateway/user-services.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { openIconDesk } from './icon-desk.ts'
import { alice, createManualPairs } from './manual-pairs.ts'
import { createRecordedStreams } from './recorded-streams.ts'

export interface Asked {
  readonly type?: 'get' | 'set'
  readonly from?: string
  readonly to?: string
}

/** `alice` exists, and nobody else. */
export async function openServicesDesk(t: TestContext) {
  const icons = await openIconDesk(t)
  const pairs = createManualPairs()
  const streams = createRecordedStreams()
  const clock = createManualClock()
  const avatars = icons.avatars(pairs)
  const services = await openUserServices({
    pairs,
    avatars,
    streams,
    source: { exists: (address) => (address === alice ? 'here' : 'nowhere') },
    neighbours: icons.store.neighbours,
    clock,
    log: silentLog,
  })
  t.after(() => {
    services.close()
  })

  /** The result's child, as text. */
  async function ask(child: string, { type = 'get', from, to }: Asked = {}): Promise<string> {
    const element = tree(child)
    const handler = services.iqs.find(
      (one) =>
        one.type === type && one.name === element.name && one.namespace === element.namespace,
    )
    if (!handler) throw new StanzaError('service-unavailable', 'cancel')
    const result = await handler.answer({
      from: parseJid(from ?? 'bob@xmpp.example/home')!,
      to: parseJid(to ?? 'alice@sip.example')!,
      child: element,
    })
    return result ? writeStanza(result) : ''
  }

  return {
    icons,
    pairs,
    streams,
    clock,
    avatars,
    services,
    ask,
    /** The condition that it is refused with, and the application's own. */
    refused: async (child: string, asked?: Asked): Promise<string> => {
      try {
        return `answered ${await ask(child, asked)}`
      } catch (error) {
        assert.ok(error instanceof StanzaError, String(error))
        const { condition, type, further } = error
        const { name, feature } = further.application ?? {}
        return [type, condition, name, feature].filter((part) => part !== undefined).join(' ')
      }
    },
  }
}

export function tree(text: string): XmlElement {
  const reading = readXml(text)
  if (reading.error !== undefined) throw new Error(reading.detail)
  return reading.value
}
