/** An explanation as text: the cause first, then all that it rests on. */
import { answerInWords, type Explanation } from '../../service/explanation.ts'

export function explanationText(explanation: Explanation): string {
  const lines = [
    explanation.cause.text,
    '',
    ...subscriptionLines(explanation),
    ...decisionLines(explanation),
    ...publicationLines(explanation),
    ...storedLines(explanation),
  ]
  return `${lines.join('\n')}\n`
}

function line(name: string, value: string): string {
  return `${name.padEnd(13)} ${value}`
}

function subscriptionLines({ subscriptions, ended }: Explanation): string[] {
  if (subscriptions.length === 0) {
    const why = ended ? `none; the last one ended at ${timeOf(ended.at)}: ${ended.why}` : 'none'
    return [line('subscription', why)]
  }
  return subscriptions.flatMap((one) => [
    line('subscription', standingOf(one)),
    ...(one.withoutNotify ? [] : [line('last NOTIFY', notifyOf(one))]),
  ])
}

type Subscribed = Explanation['subscriptions'][number]

function standingOf(subscribed: Subscribed): string {
  const { state, since, expiresAt, way, reachable, holder } = subscribed
  const end = expiresAt === undefined ? 'it is ended' : timeOf(expiresAt)
  return `${state}, since ${timeOf(since)}, until ${end}, ${way}${reachable ? '' : ' (has ended)'}${holder === undefined ? '' : `, at ${holder}`}`
}

function notifyOf({ lastNotify, holder }: Subscribed): string {
  if (holder !== undefined) return `${holder} knows; ask there`
  if (!lastNotify) return 'none'
  const { at, size, status } = lastNotify
  return `${timeOf(at)}, ${size} bytes, ${answerInWords(status)}`
}

function decisionLines({ decision }: Explanation): string[] {
  if (!decision) return []
  const { handling, by, documents, unreadable, filtered } = decision
  const part = filtered ? ', of a part' : ''
  return [
    line('decision', `${handling}${part}, by ${BY[by]}`),
    ...documents.flatMap(({ path, rules }) =>
      rules.map(({ id, handling: says, matched, failedConditions }) => {
        const fails = failedConditions.length > 0 ? `: ${failedConditions.join(', ')}` : ''
        return line(
          '',
          `${path}, rule ${id} (${says ?? 'block'}) ${matched ? 'matches' : `does not match${fails}`}`,
        )
      }),
    ),
    ...unreadable.map(({ path, problem }) => line('', `${path} cannot be read: ${problem}`)),
  ]
}

const BY = {
  self: 'being oneself',
  rules: 'the rules of the presentity',
  policy: 'the policy of the domain',
  contact: 'the contact, in XMPP',
} as const

function publicationLines({ publications, publishedUntil }: Explanation): string[] {
  if (publications.length === 0) {
    const until =
      publishedUntil === undefined ? '' : `; the last one ended ${timeOf(publishedUntil)}`
    return [line('publication', `none${until}`)]
  }
  return publications.map(({ source = 'unknown', publishedAt, expiresAt, size }) =>
    line(
      'publication',
      `${source.trim()}, at ${timeOf(publishedAt)}, until ${expiresAt === undefined ? 'it says something else' : timeOf(expiresAt)}, ${size} bytes`,
    ),
  )
}

function storedLines({ registration, hardState, icon }: Explanation): string[] {
  return [
    line('registration', registration.map(({ uri }) => uri).join(', ') || 'none that counts'),
    line('hard state', hardState ? 'stored by XCAP' : 'none'),
    line(
      'icon',
      icon
        ? `${icon.document}, since ${timeOf(icon.storedAt)}, ${icon.announced ? 'announced to the watcher' : 'not announced to the watcher'}`
        : 'none',
    ),
  ]
}

function timeOf(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return 'an unknown time'
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}
