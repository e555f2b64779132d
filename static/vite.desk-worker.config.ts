import { defineConfig } from 'vite'

// Fourth pass: the desk's own worker, one classic script too.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    target: ['chrome109', 'safari15.4', 'firefox115'],
    lib: { entry: 'src/worker/desk-sw.ts', formats: ['iife'], name: 'vinculoDeskWorker', fileName: () => 'desk-sw.js' },
  },
})
