/** Which cameras a page has opened, and whether it has let them go. */
import type { Page } from 'playwright-core'

declare global {
  var openedStreams: MediaStream[]
}

/**
 * Follows every camera opened from now on. What it gives waits until so many were opened and all let go:
 * a browser that is still opening one when it is no longer wanted cannot be stopped, only answered.
 */
export async function followTracks(page: Page): Promise<(opened: number) => Promise<void>> {
  await page.evaluate(() => {
    const { mediaDevices } = navigator
    const open = mediaDevices.getUserMedia.bind(mediaDevices)
    globalThis.openedStreams = []
    mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted)
      openedStreams.push(stream)
      return stream
    }
  })
  return async (opened) => {
    const letGo = (count: number) =>
      openedStreams.length === count &&
      openedStreams.every((stream) =>
        stream.getTracks().every((track) => track.readyState === 'ended'),
      )
    await page.waitForFunction(letGo, opened)
  }
}
