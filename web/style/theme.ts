/** Light or dark: as the system has it, until the person chooses; the choice is remembered in this browser. */
import { effect, signal } from '@preact/signals'

type Theme = 'light' | 'dark'

export interface ThemeChoice {
  /** What is seen now. */
  current(): Theme
  choose(theme: Theme): void
}

const KEY = 'visage.theme'

/** @param root element that carries `data-theme` */
export function createThemeChoice({
  root,
  storage,
  systemIsDark,
}: {
  root: { dataset: DOMStringMap }
  storage: Pick<Storage, 'getItem' | 'setItem'>
  systemIsDark: {
    readonly matches: boolean
    addEventListener(type: 'change', on: () => void): void
  }
}): ThemeChoice {
  const chosen = signal(themeIn(storage.getItem(KEY)))
  const system = signal(systemIsDark.matches)
  systemIsDark.addEventListener('change', () => {
    system.value = systemIsDark.matches
  })
  effect(() => {
    if (chosen.value) root.dataset['theme'] = chosen.value
  })
  return {
    current: () => chosen.value ?? (system.value ? 'dark' : 'light'),
    choose: (theme) => {
      chosen.value = theme
      storage.setItem(KEY, theme)
    },
  }
}

function themeIn(stored: string | null): Theme | undefined {
  return stored === 'light' || stored === 'dark' ? stored : undefined
}
