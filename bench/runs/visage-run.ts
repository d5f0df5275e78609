/** Every scenario meets a server of its own, so that none inherits another's watchers. */
import { startVisage, type Server, type Setting } from '../servers/visage.ts'
import { startGenerator, type Generator } from './generator.ts'

export async function withVisage<T>(
  setting: Setting,
  work: (server: Server, generator: Generator) => Promise<T>,
): Promise<T> {
  const server = await startVisage(setting)
  const generator = startGenerator()
  try {
    return await work(server, generator)
  } finally {
    generator.stop()
    await server.stop()
  }
}
