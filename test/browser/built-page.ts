/** A page of a test, built as the real one is built: file name → content. */
import { build } from 'vite'
import config from '../../web/vite.config.ts'

/** `folder`: where its index.html is. */
export async function builtPage(folder: string): Promise<Map<string, string | Uint8Array>> {
  const built = await build({
    ...config,
    configFile: false,
    root: folder,
    logLevel: 'error',
    build: { ...config.build, write: false, sourcemap: false },
  })
  const outputs = Array.isArray(built) ? built : [built]
  const files = outputs.flatMap((one) => ('output' in one ? one.output : []))
  return new Map(
    files.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]),
  )
}
