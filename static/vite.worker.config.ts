import { defineConfig } from 'vite'

// Third pass (the desk's worker is the fourth, vite.desk-worker.config.ts): one classic script. Flask serves it with the build id and the asset list written in front.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    target: ['chrome109', 'safari15.4', 'firefox115'],
    lib: { entry: 'src/worker/sw.ts', formats: ['iife'], name: 'vinculoWorker', fileName: () => 'sw.js' },
  },
})
