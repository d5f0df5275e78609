/** Changes between light and dark. */
import type { ThemeChoice } from '../style/theme.ts'
import { MoonSign, SunSign } from './signs.tsx'

export function ThemeSwitch({ theme }: { theme: ThemeChoice }) {
  const other = theme.current() === 'dark' ? 'light' : 'dark'
  return (
    <button
      type="button"
      class="button button-quiet button-icon"
      aria-label={`Use ${other} colours`}
      title={`Use ${other} colours`}
      onClick={() => {
        theme.choose(other)
      }}
    >
      {other === 'dark' ? <MoonSign /> : <SunSign />}
    </button>
  )
}
