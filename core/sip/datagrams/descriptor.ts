/** The file descriptor of a dgram socket. Node keeps it to itself, so nobody may rely on finding it. */
import type { Socket } from 'node:dgram'

/** Undefined: this Node keeps it elsewhere. */
export function descriptorOf(socket: Socket): number | undefined {
  const symbol = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === 'state symbol',
  )
  if (!symbol) return undefined
  const state = (socket as unknown as Record<symbol, State | undefined>)[symbol]
  const fd = state?.handle?.fd
  return typeof fd === 'number' && fd >= 0 ? fd : undefined
}

interface State {
  readonly handle?: { readonly fd?: unknown } | null
}
