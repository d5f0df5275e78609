/** Asks the SIP side how my contacts and I stand: who watches me, and how those whom I watch answer. RFC 3857, RFC 6665. */
import { parseAor, type Aor } from '../core/uri/aor.ts'
import type { Abortable } from './abortable.ts'
import type { ContactReports } from './contact-book.ts'
import type { PresenceClient } from './presence-client.ts'
import { PresenceError } from './presence-error.ts'

/** `problems` says what could not be learned. */
export interface GatheredReports extends ContactReports {
  readonly problems: readonly string[]
}

const AT_ONCE = 8

export const NOTHING_REPORTED: GatheredReports = {
  watchers: new Map(),
  answers: new Map(),
  problems: [],
}

/** Rejects only with the signal's reason. @param addresses whom I watch */
export async function gatherReports(
  presence: Pick<PresenceClient, 'fetchWatchers' | 'fetchState'>,
  addresses: readonly Aor[],
  options: Abortable = {},
): Promise<GatheredReports> {
  const watchers: Standing[] = []
  const answers: [string, 'active' | 'pending' | 'rejected' | 'unknown'][] = []
  const problems: string[] = []

  async function ask(rest: Iterator<Aor>): Promise<void> {
    for (let next = rest.next(); !next.done; next = rest.next()) {
      const address = next.value
      await presence.fetchState(address, options).then(
        (state) => answers.push([address, state]),
        (error: unknown) => {
          options.signal?.throwIfAborted()
          problems.push(messageOf(error))
        },
      )
    }
  }

  try {
    watchers.push(...(await standingsOf(presence, options)))
  } catch (error) {
    options.signal?.throwIfAborted()
    const problem = messageOf(error)
    // Where nobody answers at all, nobody else is asked for either.
    const isSilent = error instanceof PresenceError && error.status === undefined
    if (isSilent) return { ...NOTHING_REPORTED, problems: [problem] }
    problems.push(problem)
  }
  const rest = addresses.values()
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, addresses.length) }, () => ask(rest)))
  // Who has several subscriptions is let in as soon as one of them is.
  const pendingFirst = watchers.toSorted(([, a], [, b]) => b.localeCompare(a))
  return { watchers: new Map(pendingFirst), answers: new Map(answers), problems }
}

type Standing = [address: string, 'active' | 'pending']

async function standingsOf(
  presence: Pick<PresenceClient, 'fetchWatchers'>,
  options: Abortable,
): Promise<Standing[]> {
  const watchers = await presence.fetchWatchers(options)
  return watchers.map(({ uri, status }) => {
    // Waiting: they have asked, and gone meanwhile. RFC 3857 §4.7.1
    const asks = status === 'pending' || status === 'waiting'
    return [parseAor(uri) ?? uri, asks ? 'pending' : 'active']
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
