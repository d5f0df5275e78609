/** Says when there is no connection, and counts down to the next attempt; says nothing while there is one. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Connection, PageModel } from '../model/page-model.ts'
import { connectionWords, secondsUntil } from './connection-words.ts'

/** What is mended this soon is not worth a word. */
const PATIENCE_MS = 1500

export function ConnectionBanner({
  model,
}: {
  readonly model: Pick<PageModel, 'connection' | 'reconnect'>
}) {
  const connection = model.connection.value
  const isLate = useLater(connection.state === 'connecting', PATIENCE_MS)
  const isShown = connection.state === 'down' || isLate
  return (
    <div class="banner-place">
      {/* The words are told once, the countdown is only seen. */}
      <div role="status">
        {isShown && <BannerWords connection={connection} onTry={model.reconnect} />}
      </div>
    </div>
  )
}

function BannerWords({
  connection,
  onTry,
}: {
  readonly connection: Connection
  readonly onTry: () => void
}) {
  const { words, more, canTry } = connectionWords(connection)
  return (
    <div class="banner">
      <p>
        {words}
        {more !== undefined && <span class="banner-more"> {more}</span>}
        {connection.state === 'down' && <Countdown until={connection.retryAt} />}
      </p>
      {canTry && (
        <button type="button" class="button banner-try" onClick={onTry}>
          Try now
        </button>
      )}
    </div>
  )
}

function Countdown({ until }: { readonly until: number }) {
  const now = useSignal(Date.now())
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now()
    }, 500)
    return () => {
      clearInterval(timer)
    }
  }, [])
  const seconds = secondsUntil(until, now.value)
  return seconds === undefined ? null : <span aria-hidden="true"> Next try in {seconds} s.</span>
}

/** True when it has been so for a while. */
function useLater(isSo: boolean, milliseconds: number): boolean {
  const isLate = useSignal(false)
  useEffect(() => {
    if (!isSo) return undefined
    const timer = setTimeout(() => {
      isLate.value = true
    }, milliseconds)
    return () => {
      clearTimeout(timer)
      isLate.value = false
    }
  }, [isSo])
  return isSo && isLate.value
}
