/** What browsers are told to keep our own documents from doing. CSP 3, Permissions Policy. */
import type { HeaderFields } from './reply.ts'

/** The sources of each kind of content; what stands in none of them is refused. */
type ContentSecurityPolicy = Readonly<Record<string, readonly string[]>>

const EVERYWHERE: ContentSecurityPolicy = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
}

/** Nobody's document may frame it, take its referrer, or hold its window. */
export function documentHeaders(policy: ContentSecurityPolicy): HeaderFields {
  const directives = Object.entries({ ...EVERYWHERE, ...policy })
  return {
    'Content-Security-Policy': directives
      .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
      .join('; '),
    // Not no-referrer: forms of the page would then send `Origin: null`, and be taken for another site's. Fetch standard
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
  }
}
