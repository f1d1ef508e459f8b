import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the page. `base` is relative because the same files are served under app:// and under /ui/. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), tailwindcss()],
  worker: { format: 'es' },
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome114',
    cssTarget: 'chrome114',
    // The polyfill is an inline script, which the content security policy refuses; chrome114 preloads natively.
    modulePreload: { polyfill: false },
    // The chat is one chunk on purpose: it comes from this machine's disk. The other pages and grammars load late.
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // The page takes types and a few functions from the contract; without this the unused zod schemas would stay.
      treeshake: { manualPureFunctions: ['z'] },
    },
  },
});
