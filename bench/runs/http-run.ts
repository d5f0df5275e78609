/** An HTTP scenario against Visage: a short run first, then the one that counts. */
import type { HttpRequest } from '../load/http-load.ts'
import type { DocumentScenario, IconScenario } from '../scenarios/http.ts'
import type { Server } from '../servers/visage.ts'
import { documentRequest } from '../stored/document-request.ts'
import { addUser, putIcon, putLists } from '../stored/stored-documents.ts'
import type { Figure } from './figure.ts'
import type { Generator } from './generator.ts'
import { measured, WARM_UP, type Measurable } from './measurement.ts'
import { withVisage } from './visage-run.ts'

const ICON_CONNECTIONS = 32

export const runIcon = (scenario: IconScenario, seconds: number): Promise<Figure> =>
  withVisage({}, async (server, generator) => {
    addUser(server)
    const request = iconRequest(await putIcon(server), scenario)
    return measureHttp(server, generator, { request, seconds, scenario })
  })

export const runDocument = (scenario: DocumentScenario, seconds: number): Promise<Figure> =>
  withVisage({}, async (server, generator) => {
    addUser(server)
    const path = await putLists(server, scenario.connections, scenario.bytes)
    const request = documentRequest(scenario, path)
    return measureHttp(server, generator, { request, seconds, scenario })
  })

export function iconRequest(
  { path, etag }: { path: string; etag: string },
  { conditional }: Pick<IconScenario, 'conditional'>,
): HttpRequest {
  return {
    method: 'GET',
    path,
    headers: conditional ? `If-None-Match: ${etag}\r\n` : '',
    status: conditional ? 304 : 200,
    connections: ICON_CONNECTIONS,
  }
}

export async function measureHttp(
  { pid, httpPort }: Pick<Server, 'pid' | 'httpPort'>,
  generator: Generator,
  { request, seconds, scenario }: { request: HttpRequest; seconds: number; scenario: Measurable },
): Promise<Figure> {
  const task = { step: 'http', port: httpPort, request } as const
  await generator.perform({ ...task, length: WARM_UP })
  return measured(pid, generator, { ...task, length: { seconds } }, scenario)
}
