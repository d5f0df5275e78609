/** How the client library becomes one file for a script tag: the global `Visage`, sip.js inside. */
import { join } from 'node:path'
import { defineConfig } from 'vite'
import { root } from './steps.mjs'

/** A script tag takes its page's encoding, whatever that is: in ASCII the file reads the same in all of them. */
const inAscii = {
  name: 'in-ascii',
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\x7f]/g, escaped)
    }
  },
}

const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

export default defineConfig({
  root: join(root, 'client'),
  plugins: [inAscii],
  build: {
    outDir: 'dist',
    // The modules are there already.
    emptyOutDir: false,
    lib: {
      entry: 'browser/index.ts',
      name: 'Visage',
      formats: ['iife'],
      fileName: () => 'visage-client.js',
    },
    target: 'es2022',
    sourcemap: true,
  },
})
