/** HTTP counts: requests by where they went, method and status, and how long they took. RFC 9110. */
import { createHistogram, type Histogram } from '../../core/model/histogram.ts'

export interface HttpCounts {
  /** One was answered, or its connection has ended. `url`: as it was sent. */
  readonly answered: (
    method: string | undefined,
    url: string | undefined,
    status: number,
    seconds: number,
  ) => void
  all(): HttpCount[]
  /** By route. */
  readonly durations: ReadonlyMap<string, Histogram>
}

interface HttpCount {
  readonly route: string
  readonly method: string
  readonly status: number
  readonly count: number
}

const METHODS = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'])
const OTHER = 'other'
/** Above every status. */
const STATUSES = 600

/** What a path begins with, and the name of what is there. */
const ROUTES: readonly (readonly [string, string])[] = [
  ['/i/', 'icon'],
  ['/icons', 'icons'],
  ['/u/', 'person'],
  ['/session', 'session'],
  ['/healthz', 'health'],
]

export function createHttpCounts(xcapRoot: string): HttpCounts {
  const routes = [[`${xcapRoot}/`, 'xcap'] as const, ...ROUTES]
  const names = [...routes.map(([, name]) => name), OTHER]
  const durations = new Map(names.map((name) => [name, createHistogram()]))
  const rows = new Map(names.map((name) => [name, new Map<string, Float64Array>()]))

  function routeOf(url: string): string {
    for (const [path, name] of routes) if (url.startsWith(path)) return name
    return OTHER
  }

  return {
    durations,
    answered(method = OTHER, url = '', status, seconds) {
      const route = routeOf(url)
      durations.get(route)?.observe(seconds)
      const known = METHODS.has(method) ? method : OTHER
      const byMethod = rows.get(route)
      const row = byMethod?.get(known) ?? new Float64Array(STATUSES)
      byMethod?.set(known, row)
      row[status] = (row[status] ?? 0) + 1
    },
    all: () =>
      [...rows].flatMap(([route, methods]) =>
        [...methods].flatMap(([method, row]) =>
          countsOf(row).map(([status, count]) => ({ route, method, status, count })),
        ),
      ),
  }
}

function countsOf(row: Float64Array): [status: number, count: number][] {
  return [...row.entries()].filter(([, count]) => count > 0)
}
