/** Requests to the page's own service with this browser's cookie; a refusal of it is told. */
import type { Fetch } from './challenged-fetch.ts'

/** @param refused called with each 401: the session may be over */
export function sameOriginFetch(fetch: Fetch, refused: () => void): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, credentials: 'same-origin' })
    if (response.status === 401) refused()
    return response
  }
}
