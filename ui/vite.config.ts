import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vitest/config";

// The desktop embeds `dist`. The `fake` mode builds the same window over the in-memory engine, for looking
// at it in a plain browser; its output goes elsewhere, so that it can never be shipped by mistake.
export default defineConfig(({ mode }) => ({
  base: "./",
  plugins: [tailwindcss(), svelte(), svelteTesting()],
  build: {
    outDir: mode === "fake" ? ".shots/site" : "dist",
    emptyOutDir: true,
    target: "es2022",
    // The résumé viewer is one large file by nature, and it is loaded only when a résumé is opened.
    chunkSizeWarningLimit: 1_500,
  },
  server: { port: 5183, strictPort: true },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/shared/testing/setup.ts"],
  },
}));
