/** Who asks to see me: one card for each, until it is answered. RFC 3857 §4.7.1, RFC 5025 §3.2.1. */
import { useEffect, useRef } from 'preact/hooks'
import { knownAddresses } from '../buddies/listed-people.ts'
import { announce } from '../layout/announcer.tsx'
import type { PageModel } from '../model/page-model.ts'
import { newRequestWords } from './new-request-words.ts'
import { RequestCard } from './request-card.tsx'
import './watchers.css'

/** More would push the contacts off the screen. */
const AT_ONCE = 3

export function WatchRequests({ model }: { readonly model: PageModel }) {
  const requests = model.requests.value
  const told = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    const words = newRequestWords(requests, told.current)
    told.current = new Set(requests.map(({ address }) => address))
    if (words !== undefined) announce(words)
  }, [requests])
  if (requests.length === 0) return null
  const known = knownAddresses(model.groups.value)
  return (
    <section class="card requests" aria-labelledby="requests-title">
      <h2 id="requests-title">Requests to see you</h2>
      <ul role="list" class="request-list">
        {requests.slice(0, AT_ONCE).map((request) => (
          <RequestCard
            key={request.address}
            model={model}
            request={request}
            isKnown={known.has(request.address)}
          />
        ))}
      </ul>
      {requests.length > AT_ONCE && (
        <p class="soft small">{requests.length - AT_ONCE} more when these are answered.</p>
      )}
    </section>
  )
}
