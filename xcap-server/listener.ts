/** What every HTTP request goes to: hot reads straight to their handlers, everything else through Express. */
import express, { type ErrorRequestHandler, type Express } from 'express'
import type { RequestListener } from 'node:http'
import type { Answer, Handle } from './answer.ts'
import { BadRequest, NotFound } from './http-errors.ts'
import { handleResource, isBelow, type Resource } from './resources.ts'

/** `extend` adds routes of others behind the resources. */
export function createListener({
  resources,
  answer,
  extend,
}: {
  resources: readonly Resource[]
  answer: Answer
  extend?: (app: Express) => void
}): RequestListener {
  const app = createRoutes({ resources, answer, ...(extend && { extend }) })
  const reads = resources.map(({ path, methods }) => ({ path, read: methods.GET }))

  /** Express would cost a read five times what it costs by itself. */
  function hotRead(method: string | undefined, url: string): Handle | undefined {
    if (method !== 'GET' && method !== 'HEAD') return undefined
    return reads.find(({ path }) => url.startsWith(path) && url[path.length] === '/')?.read
  }

  return (message, response) => {
    const read = hotRead(message.method, message.url ?? '')
    if (read) answer(message, response, read)
    else app(message, response)
  }
}

function createRoutes({
  resources,
  answer,
  extend,
}: {
  resources: readonly Resource[]
  answer: Answer
  extend?: (app: Express) => void
}): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing')
  for (const resource of resources) {
    const handle = handleResource(resource)
    app.use((request, response, next) => {
      if (isBelow(request.path, resource.path)) answer(request, response, handle)
      else next()
    })
  }
  extend?.(app)
  app.use((request, response) => {
    answer(request, response, () => {
      throw new NotFound()
    })
  })
  const refuse: ErrorRequestHandler = (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error)
      return
    }
    answer(request, response, () => {
      throw isClientError(error) ? new BadRequest({ phrase: 'The request is malformed.' }) : error
    })
  }
  return app.use(refuse)
}

/** Express marks what it cannot decode itself. */
function isClientError(error: unknown): boolean {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500
}
