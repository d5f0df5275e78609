/** The browser's storage where it may be used, otherwise one that forgets: private windows and policies forbid it. */

export type KeptTexts = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** @param open gives the storage, or throws where there is none */
export function browserStorage(open: () => KeptTexts): KeptTexts {
  const forgetful = new Map<string, string>()
  const storage = attempt(open, undefined)
  return {
    getItem: (key) => attempt(() => storage?.getItem(key), undefined) ?? forgetful.get(key) ?? null,
    setItem: (key, value) => {
      forgetful.set(key, value)
      attempt(() => {
        storage?.setItem(key, value)
      }, undefined)
    },
    removeItem: (key) => {
      forgetful.delete(key)
      attempt(() => {
        storage?.removeItem(key)
      }, undefined)
    },
  }
}

function attempt<T>(action: () => T, otherwise: T): T {
  try {
    return action()
  } catch {
    return otherwise
  }
}
