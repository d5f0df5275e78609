/** How the client library becomes one file for a script tag: the global `Visage`, sip.js inside. */
import { join } from 'node:path'
import { defineConfig } from 'vite'
import { root } from './steps.mjs'

export default defineConfig({
  root: join(root, 'client'),
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
