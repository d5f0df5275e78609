/** How many operations a user causes in an hour, by formula. */
import type { Operation } from './costs.ts'
import type { Population } from './population.ts'

/** `heard`: changes that a node is told of by the shared store, since some of the watchers are there. */
export type Counts = Readonly<Record<Operation | 'heard', number>>

const HOUR = 3600

export function hourlyCounts(population: Population, nodes: number): Counts {
  const { contacts, changesPerHour, refreshAfter, sessionsPerHour, iconsPerHour } = population
  const signs = 2 * sessionsPerHour
  const changes = changesPerHour + signs
  return {
    publish: changes + refreshesBetween(changesPerHour + sessionsPerHour, refreshAfter),
    notify: (changes + iconsPerHour) * contacts,
    subscribe: contacts * (HOUR / refreshAfter + signs),
    iconGet: iconsPerHour * contacts,
    iconCheck: sessionsPerHour * contacts,
    heard: (changes + iconsPerHour) * (nodes - 1) * shareOfNodes(contacts, nodes),
  }
}

/**
 * A publication is refreshed only when nothing has changed for so long: E⌊gap/T⌋ of gaps that are
 * exponentially distributed, times the gaps there are.
 */
function refreshesBetween(timesPerHour: number, refreshAfter: number): number {
  const none = Math.exp((-timesPerHour * refreshAfter) / HOUR)
  return (timesPerHour * none) / (1 - none)
}

/** Part of the nodes where at least one of so many watchers is, each anywhere. */
function shareOfNodes(watchers: number, nodes: number): number {
  return 1 - (1 - 1 / nodes) ** watchers
}
