import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Most tests wait for processes and sockets; Vitest would leave one core idle.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: 'test/helpers/temp-root.ts',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/{docker,soak,registry,clients}/**', 'node_modules/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'docker',
          globalSetup: 'test/helpers/temp-root.ts',
          include: ['test/docker/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'catalogue',
          globalSetup: 'test/helpers/temp-root.ts',
          include: ['test/registry/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'clients',
          globalSetup: 'test/helpers/temp-root.ts',
          include: ['test/clients/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'soak',
          globalSetup: 'test/helpers/temp-root.ts',
          include: ['test/soak/**/*.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
