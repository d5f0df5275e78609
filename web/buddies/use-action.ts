/** Something that a person asked for and that takes a while: whether it is under way, and why it failed. */
import { useState } from 'preact/hooks'

export interface Action {
  readonly isUnderWay: boolean
  /** For the person. */
  readonly problem: string | undefined
  /** One at a time: what is asked for meanwhile is left out. False: it failed, or was left out. */
  run(work: () => Promise<void>): Promise<boolean>
}

export function useAction(): Action {
  const [isUnderWay, setUnderWay] = useState(false)
  const [problem, setProblem] = useState<string>()

  async function run(work: () => Promise<void>): Promise<boolean> {
    if (isUnderWay) return false
    setUnderWay(true)
    setProblem(undefined)
    try {
      await work()
      return true
    } catch (error) {
      setProblem(problemWords(error))
      return false
    } finally {
      setUnderWay(false)
    }
  }

  return { isUnderWay, problem, run }
}

export function problemWords(error: unknown): string {
  return error instanceof Error && error.message !== ''
    ? error.message
    : 'That did not work. Please try again.'
}
