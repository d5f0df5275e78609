/** A moment as documents write it. XML Schema 1.0 §3.2.7. */

const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/

/** Of an xs:dateTime; without a time zone it is UTC. NaN, which no comparison likes, when it is none. */
export function dateTimeMilliseconds(dateTime: string): number {
  const match = DATE_TIME.exec(dateTime)
  if (!match) return Number.NaN
  return Date.parse(match[1] === undefined ? `${dateTime}Z` : dateTime)
}
