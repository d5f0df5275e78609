/** Takes the image out of a multipart/form-data request, in memory and within limits. RFC 7578. */
import type { RequestHandler } from 'express'
import multer, { MulterError } from 'multer'
import type { IncomingMessage } from 'node:http'
import { BadRequest, ContentTooLarge, RequestAborted, UnsupportedMediaType } from './http-errors.ts'

/** What a form may bring besides the image: boundaries, headers, a few small fields. */
const FORM_OVERHEAD_BYTES = 64 * 1024

/**
 * The one file of the form; its name and type are the sender's word and count for nothing.
 * Rejects with `ContentTooLarge`, `UnsupportedMediaType`, `BadRequest` or `RequestAborted`.
 */
export type ReadFormImage = (message: IncomingMessage) => Promise<Uint8Array>

export function createFormImageReader({ maxBytes }: { maxBytes: number }): ReadFormImage {
  const read = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: maxBytes, files: 1, fields: 8, fieldSize: 1024, parts: 9 },
  }).any()
  return (message) =>
    new Promise((resolve, reject) => {
      const announced = Number(message.headers['content-length'] ?? 0)
      if (announced > maxBytes + FORM_OVERHEAD_BYTES) throw new ContentTooLarge(maxBytes)
      const form = message as Parameters<RequestHandler>[0]
      // multer never touches the response.
      read(form, undefined as never, (error: unknown) => {
        if (error !== undefined) reject(formError(error, message, maxBytes))
        else if (Array.isArray(form.files) && form.files[0]) resolve(form.files[0].buffer)
        else reject(new UnsupportedMediaType(['multipart/form-data']))
      })
    })
}

function formError(error: unknown, message: IncomingMessage, maxBytes: number): Error {
  if (message.destroyed && !message.complete) return new RequestAborted()
  const tooLarge = error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE'
  if (tooLarge) return new ContentTooLarge(maxBytes)
  return new BadRequest({ phrase: 'The form cannot be read: send one image file.' })
}
