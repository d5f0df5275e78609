/** What `visage trace` does: starts a trace, writes what it hears, and ends it. */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Ask } from '../../service/administration/operation.ts'
import {
  fetchTrace,
  startTrace,
  stopTrace,
  type TracedMessage,
} from '../../service/administration/trace-operations.ts'
import { parseSeconds } from '../../service/units.ts'
import { complain } from '../complain.ts'
import { UsageError } from '../usage-error.ts'
import { administrationOf } from './administration.ts'
import { pcapHead, pcapRecord } from './trace-pcap.ts'
import { traceText } from './trace-text.ts'
import type { StoreFlags } from './user-flags.ts'

export interface TraceFlags extends StoreFlags {
  readonly for: string
  readonly format?: 'text' | 'pcap'
  readonly output: string
}

/** Milliseconds. */
const FETCH_EVERY = 500

export async function trace(address: string, flags: TraceFlags): Promise<void> {
  const seconds = parseSeconds(flags.for)
  if (seconds === undefined)
    throw new UsageError(`--for: expected a duration as 10m, not ${flags.for}`)
  const isPcap = (flags.format ?? (flags.output.endsWith('.pcap') ? 'pcap' : 'text')) === 'pcap'
  if (isPcap && flags.output === '-' && process.stdout.isTTY) {
    throw new UsageError('--output: a capture is not for the terminal; name a file')
  }
  const interrupted = new AbortController()
  process.once('SIGINT', () => {
    interrupted.abort()
  })
  await administrationOf(flags, async (ask) => {
    const { trace: name } = await ask(startTrace, { address, seconds })
    const output = await open(flags.output)
    try {
      if (isPcap) output.write(pcapHead())
      process.stderr.write(`following ${address} for ${flags.for}; Ctrl-C ends it\n`)
      await follow(ask, { address, trace: name }, interrupted.signal, (message) => {
        output.write(isPcap ? pcapRecord(message) : traceText(message))
      })
    } finally {
      await close(output)
    }
  })
}

type Output = NodeJS.WritableStream

async function follow(
  ask: Ask,
  of: { readonly address: string; readonly trace: string },
  interrupted: AbortSignal,
  write: (message: TracedMessage) => void,
): Promise<void> {
  for (;;) {
    const wasInterrupted = interrupted.aborted
    const { messages, lost, isOver } = await ask(fetchTrace, of)
    for (const message of messages) write(message)
    if (lost > 0) complain(`${lost} messages were too many and are not shown`)
    if (isOver) return
    if (wasInterrupted) {
      await ask(stopTrace, of)
      return
    }
    await setTimeout(FETCH_EVERY, undefined, { signal: interrupted }).catch(() => undefined)
  }
}

async function open(file: string): Promise<Output> {
  if (file === '-') return process.stdout
  // Messages are nobody else's business.
  const stream = createWriteStream(file, { mode: 0o600 })
  await once(stream, 'open')
  return stream
}

async function close(output: Output): Promise<void> {
  if (output === process.stdout) return
  const finished = once(output, 'finish')
  output.end()
  await finished
}
