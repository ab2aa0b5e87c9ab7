// As the project's own, for the one file that leaks.
import { defineConfig, mergeConfig } from 'vitest/config';
import project from '../../../../vitest.config.js';

const fixture = 'packages/gateway/test/canary/leaky.fixture.ts';
const { test, ...shared } = project;
export default mergeConfig(shared, defineConfig({ test: { ...test, include: [fixture] } }));
