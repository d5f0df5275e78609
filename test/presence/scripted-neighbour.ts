/** People of xmpp.example, and a gateway that says of them what the test wants. */
import type { TestContext } from 'node:test'
import type { NeighbourPresence } from '../../core/model/neighbour-presence.ts'
import type { SubHandling } from '../../core/model/presence-policy.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { startAgent, type AgentHarness, type HarnessOptions } from './agent-harness.ts'

export const [ALICE, XBOB, XDAVE] = [
  ...['sip:alice@example.com', 'sip:bob@xmpp.example', 'sip:dave@xmpp.example'],
] as [Aor, Aor, Aor]

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

export interface ScriptedNeighbour extends Writable<NeighbourPresence> {
  /** What they say to any watcher; `confirm` until then. */
  says: SubHandling
  /** The status of the answer to who is blocked. */
  refuses: number
  /** What the gateway was told, as `subscribed bob alice`. */
  readonly told: string[]
}

function createScriptedNeighbour(): ScriptedNeighbour {
  const told: string[] = []
  const users = (...aors: Aor[]) => aors.map((aor) => aor.replace(/^sip:|@.*$/g, '')).join(' ')
  const neighbour: ScriptedNeighbour = {
    domains: ['xmpp.example'],
    // Escapes keep theirs.
    canonical: (aor) => aor.replace(/(?<!%|%.)[A-Z]/g, (letter) => letter.toLowerCase()) as Aor,
    says: 'confirm',
    refuses: 403,
    told,
    handling: () => neighbour.says,
    refusal: () => neighbour.refuses,
    subscribed: (...pair) => void told.push(`subscribed ${users(...pair)}`),
    fetched: (...pair) => void told.push(`fetched ${users(...pair)}`),
  }
  return neighbour
}

export async function startBesideNeighbour(
  t: TestContext,
  options: HarnessOptions = {},
): Promise<{
  agent: AgentHarness
  neighbour: ScriptedNeighbour
  /** They say something else from now on. */
  say: (handling: SubHandling, ...presentities: Aor[]) => void
}> {
  const neighbour = createScriptedNeighbour()
  const agent = await startAgent(t, { ...options, agent: { ...options.agent, neighbour } })
  return {
    agent,
    neighbour,
    say(handling, ...presentities) {
      neighbour.says = handling
      for (const one of presentities.length > 0 ? presentities : [XBOB])
        agent.source.reconsider(one)
    },
  }
}
