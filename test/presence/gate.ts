/** A gate: holds up what goes through it from the moment on when it is closed. */

export function createGate() {
  let opened = Promise.resolve()
  let open = () => {}
  return {
    close() {
      opened = new Promise((resolve) => (open = resolve))
    },
    open: () => {
      open()
    },
    passed: () => opened,
  }
}
