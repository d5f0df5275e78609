/** Scrolls through a whole page as a quick wheel does, and looks at the clock. */

export interface Scrolling {
  readonly frames: number
  /** Milliseconds between two frames, at most. */
  readonly worst: number
  /** Tasks of more than 50 ms. */
  readonly long: number
}

/** Stands on its own: it is handed to the page. */
export async function scrollDown(): Promise<Scrolling> {
  let long = 0
  const watching = new PerformanceObserver((list) => (long += list.getEntries().length))
  watching.observe({ type: 'longtask' })
  const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
  let [frames, worst, before] = [0, 0, await nextFrame()]
  const isAtEnd = () => scrollY + innerHeight >= document.documentElement.scrollHeight - 1
  while (!isAtEnd() && frames < 2000) {
    scrollBy(0, 160)
    const now = await nextFrame()
    frames += 1
    worst = Math.max(worst, now - before)
    before = now
  }
  watching.disconnect()
  return { frames, worst, long }
}
