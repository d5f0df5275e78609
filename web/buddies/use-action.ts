/** Something that a person asked for and that takes a while: whether it is under way, and why it failed. */
import { useRef, useState } from 'preact/hooks'

export interface Action {
  readonly isUnderWay: boolean
  /** For the person. */
  readonly problem: string | undefined
  /** One at a time: what is asked for meanwhile is left out. False: it failed, or was left out. */
  run(work: () => Promise<void>): Promise<boolean>
}

export function useAction(): Action {
  const [isUnderWay, setUnderWay] = useState(false)
  // Known at once, before anything is drawn again: the second click of two is left out.
  const isBusy = useRef(false)
  const [problem, setProblem] = useState<string>()

  async function run(work: () => Promise<void>): Promise<boolean> {
    if (isBusy.current) return false
    isBusy.current = true
    setUnderWay(true)
    setProblem(undefined)
    try {
      await work()
      return true
    } catch (error) {
      setProblem(problemWords(error))
      return false
    } finally {
      isBusy.current = false
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
