/** How the XMPP gateway stands, as text. */
import type { GatewayReport, PairReport } from '../../service/gateway-request.ts'
import { printable } from '../printable.ts'

export function gatewayText(report: GatewayReport): string {
  const lines = report.of ? pairLines(report.of) : gatewayLines(report)
  return `${lines.map(printable).join('\n')}\n`
}

function gatewayLines({ streams, pairs, stanzas }: GatewayReport): string[] {
  return [
    ...streams.map(({ domain, isOnline }) =>
      line('stream', `${domain}: ${isOnline ? 'online' : 'not connected'}`),
    ),
    line('contacts', String(pairs)),
    line('received', countsOf(stanzas.received)),
    line('sent', countsOf(stanzas.sent)),
    ...Object.entries(stanzas.requests).map(([namespace, { made, failed }]) =>
      line('requests', `${namespace}: ${made}, of which ${failed} failed`),
    ),
  ]
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

function pairLines(pairs: readonly PairReport[]): string[] {
  if (pairs.length === 0) return ['no contacts in XMPP']
  return pairs.flatMap((pair) => [
    `${pair.user}  ${pair.contact}  ${relationOf(pair)}`,
    line('  shown', `${pair.shown}, picture ${pair.avatar}`),
    ...pair.resources.map(({ resource, show, priority, photo }) =>
      line('  resource', `${resource}: ${show}, priority ${priority}, picture ${photo}`),
    ),
  ])
}

function relationOf({ relation, to, from }: PairReport): string {
  return [
    relation,
    ...(to === 'asked' ? ['asked'] : []),
    ...(to === 'refused' ? ['refused to be seen'] : []),
    ...(from === 'asked' ? ['wants to see the user'] : []),
    ...(from === 'refused' ? ['was refused'] : []),
  ].join(', ')
}

function line(name: string, value: string): string {
  return `${name.padEnd(13)} ${value}`
}
