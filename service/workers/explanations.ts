/** Explanations of a service of several workers: each knows the subscriptions that it holds. */
import type { Explain } from '../../presence-agent/explanation/explanation-facts.ts'
import type { Explanation } from '../explanation.ts'
import type { Channel } from './channel.ts'
import type { WorkerLinks } from './links.ts'
import { TOPICS } from './topics.ts'

/** Every worker answers the others' questions. */
export function answerExplanations(links: WorkerLinks, explain: Explain): void {
  links.onOpen((_worker, channel) => {
    channel.onAsk(TOPICS.administration, async (payload) => {
      const [watcher, presentity] = JSON.parse(payload.toString()) as [string, string]
      return Buffer.from(JSON.stringify(await explain(watcher, presentity)))
    })
  })
}

/** What the worker says that holds the subscription; where none does, one that knows of it, or the one at home for the presentity. */
export function explainEverywhere(
  links: WorkerLinks,
  { explain, homeOf }: { explain: Explain; homeOf: (address: string) => number },
): Explain {
  return async (watcher, presentity) => {
    const home = homeOf(presentity)
    const others = numbersTo(links.workers).filter((worker) => worker !== home)
    const said = await Promise.all(
      [home, ...others].map((worker) =>
        worker === links.own
          ? explain(watcher, presentity)
          : ask(links.to(worker), [watcher, presentity]),
      ),
    )
    const known = said.filter((one) => one !== undefined)
    const own = () => explain(watcher, presentity)
    return known.find(holdsOne) ?? known.find(knowsOne) ?? known[0] ?? own()
  }
}

const knowsOne = ({ subscriptions }: Explanation) => subscriptions.length > 0
const holdsOne = ({ subscriptions }: Explanation) =>
  subscriptions.some(({ holder }) => holder === undefined)

/** Undefined: the worker has gone. */
async function ask(
  channel: Channel | undefined,
  question: readonly [watcher: string, presentity: string],
): Promise<Explanation | undefined> {
  try {
    const asked = Buffer.from(JSON.stringify(question))
    const answer = await channel?.ask(TOPICS.administration, asked)
    return answer && (JSON.parse(answer.toString()) as Explanation)
  } catch {
    return undefined
  }
}

function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
