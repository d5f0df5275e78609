/** A service of two domains: alice of a.example, bob of b.example, and nobody of b.example, whom alice asks for in the same words. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { readConfiguration } from '../../service/config.ts'
import { startVisage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'
import { createPhone, type Phone } from '../presence/phone.ts'
import { openSipClient, type SipText } from '../support/sip-client.ts'
import { createXcapCaller, type CallResult, type XcapCaller } from '../xcap/support/xcap-caller.ts'

export interface TwoDomains {
  readonly phone: () => Promise<Phone>
  /** Of a stranger, unless told whom to sign in as. */
  readonly call: XcapCaller
  /** Somebody’s account goes. */
  readonly remove: () => Promise<void>
}

const PASSWORD = 'secret'

/** As long as each other: the answers must be, too. */
export const SOMEBODY = 'bob777@b.example'
export const NOBODY = 'nob777@b.example'

/** Somebody’s other address, and nobody’s. */
export const NUMBER = 'tel:+493011111'
export const NO_NUMBER = 'tel:+493022222'

export async function startTwoDomains(
  t: TestContext,
  more: { domain?: object } = {},
): Promise<TwoDomains> {
  const folder = mkdtempSync(join(tmpdir(), 'visage-domains-'))
  const configuration = readConfiguration({
    environment: {},
    folder,
    flags: {
      domains: ['a.example', { name: 'b.example', ...more.domain }],
      http: { listen: '127.0.0.1:0' },
      sip: { listen: ['udp:127.0.0.1:0'] },
      icons: { byAddress: 'public' },
      admin: { listen: [] },
    },
  })
  const visage = await startVisage(configuration, { log: silentLog, clock: systemClock })
  t.after(async () => {
    await visage.stop()
    rmSync(folder, { recursive: true })
  })
  for (const address of ['alice@a.example', SOMEBODY]) {
    await visage.accounts.add({ address, password: PASSWORD })
  }
  await visage.accounts.addAlias({ address: SOMEBODY, alias: NUMBER })
  const port = Number(visage.addresses.http[0]?.split(':').at(-1))
  return {
    async phone() {
      const client = await openSipClient(Number(visage.addresses.sip[0]?.split(':').at(-1)))
      t.after(() => client.close())
      return createPhone(client, 'alice', 'a.example', PASSWORD)
    },
    call: createXcapCaller({ port, password: PASSWORD }),
    async remove() {
      await visage.accounts.remove({ address: SOMEBODY })
    },
  }
}

/** What an answer says, but for the address that was asked for and what is new in every answer. */
export function sipWords(message: SipText, asked: string): string {
  return masked(message.text, asked)
}

export function httpWords({ status, headers, text }: CallResult, asked: string): string {
  return masked(JSON.stringify({ status, headers, text }, undefined, 1), asked)
}

const ALWAYS_NEW: readonly [RegExp, string][] = [
  [/SIP-ETag: .*/g, 'SIP-ETag: …'],
  [/boundary="?[^";\s]+"?/g, 'boundary=…'],
  [/^--[\w+=.'-]+$/gm, '--…'],
  [/(?:cid:|start="?<|Content-ID: *<?)[^">\s;]+/gi, 'cid …'],
  [/(<instance id|cid)="[^"]*"/g, '$1=…'],
  [/^(Via|Call-ID|CSeq|Date|Contact): .*$/gim, '$1: …'],
  [/;tag=[^;\s>"]+/g, ';tag=…'],
  [/nonce=\\?"[^"]*"/g, 'nonce=…'],
  [/opaque=\\?"[^"]*"/g, 'opaque=…'],
  [/"x-request-id": "[^"]*"/g, '"x-request-id": …'],
  [/"date": "[^"]*"/g, '"date": …'],
  [/(From|To): .*$/gim, '$1: …'],
  [/<(?:dm:)?timestamp>[^<]*</g, '<timestamp>…<'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
  [/NOTIFY sip:[^ ]+ /g, 'NOTIFY … '],
  [/expires=\d+/gi, 'expires=…'],
]

function masked(text: string, asked: string): string {
  const [user = ''] = asked.split('@')
  let words = text.replaceAll(user, 'PERSON')
  for (const [pattern, by] of ALWAYS_NEW) words = words.replace(pattern, by)
  return words
}
