/** Which cameras a page has opened, and whether it has let them go. */
import type { Page } from 'playwright-core'

declare global {
  var openedStreams: MediaStream[]
}

/** Gives the states of all tracks opened from now on, in order: `live` or `ended`. */
export async function followTracks(page: Page): Promise<() => Promise<string[]>> {
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
  return () =>
    page.evaluate(() =>
      openedStreams.flatMap((stream) => stream.getTracks().map(({ readyState }) => readyState)),
    )
}
