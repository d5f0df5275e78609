/** Debian's Chromium, driven by playwright-core: one for the tests of a file, one context for each person. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium as chromiumOfPlaywright, type Browser } from 'playwright-core'
import { pathOf } from '../setup/debian-tools.mjs'
import { writeCameraFilm } from './fake-camera.ts'

/** Nothing that Chromium does of its own accord, and what it cannot do for root on a server. */
const QUIET = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]

export interface Chromium {
  readonly browser: Browser
  end(): Promise<void>
}

/** `camera`: `none` has no device, `refused` has one that the person does not let the page use. */
export async function startChromium({
  camera = 'film',
}: { camera?: 'film' | 'refused' | 'none' } = {}): Promise<Chromium> {
  const executablePath = pathOf('chromium')
  if (executablePath === undefined) throw new Error('chromium is missing')
  const folder = await mkdtemp(join(tmpdir(), 'visage-chromium-'))
  const film = join(folder, 'camera.y4m')
  await writeCameraFilm(film)
  const device = [
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
    ...(camera === 'film' ? ['--use-fake-ui-for-media-stream'] : []),
  ]
  const args = [...QUIET, ...(camera === 'none' ? [] : device)]
  const browser = await chromiumOfPlaywright.launch({ executablePath, args })
  return {
    browser,
    end: async () => {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
