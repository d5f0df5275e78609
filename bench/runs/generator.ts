/** A load generator in a process of its own, as the bench speaks to it. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Answer, Task } from '../load/load-generator.ts'

export interface Generator {
  perform(task: Task): Promise<Answer>
  stop(): void
}

export function startGenerator(): Generator {
  const program = new URL('../load/load-generator.ts', import.meta.url)
  const child = fork(program, { execArgv: ['--import', 'tsx'] })
  const died = once(child, 'exit').then(() =>
    Promise.reject(new Error('the load generator has died')),
  )
  died.catch(() => undefined)
  return {
    async perform(task) {
      child.send(task)
      const [answer] = (await Promise.race([once(child, 'message'), died])) as [Answer]
      return answer
    },
    stop: () => {
      child.disconnect()
    },
  }
}
