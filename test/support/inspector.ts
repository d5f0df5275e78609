/** How much memory a running Node process really holds: asked of its inspector, after a full collection. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Running } from './visage-process.ts'

export interface Inspector {
  /** Bytes in use on the JavaScript heap when the garbage is gone. */
  usedHeap(): Promise<number>
  close(): void
}

/** The process must have been started with `--inspect`. */
export async function openInspector(process: Running): Promise<Inspector> {
  const socket = new WebSocket(await address(process))
  await once(socket, 'open')
  let calls = 0
  const call = async (method: string): Promise<{ usedSize?: number }> => {
    const id = ++calls
    socket.send(JSON.stringify({ id, method }))
    for (;;) {
      const [text] = (await once(socket, 'message')) as [Buffer]
      const answer = JSON.parse(text.toString()) as { id?: number; result: { usedSize?: number } }
      if (answer.id === id) return answer.result
    }
  }
  return {
    usedHeap: async () => {
      await call('HeapProfiler.collectGarbage')
      return (await call('Runtime.getHeapUsage')).usedSize ?? Infinity
    },
    close: () => {
      socket.close()
    },
  }
}

/** Node writes it to standard error as it starts. */
async function address({ errors }: Running): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const found = errors
      .map((line) => /ws:\/\/\S+/.exec(line)?.[0])
      .find((url) => url !== undefined)
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no inspector:\n${errors.join('\n')}`)
}
