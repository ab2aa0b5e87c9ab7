/** A browser of this machine, driven. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driveChromium } from './chromium.js';
import type { Driver } from './driver.js';
import { driveFirefox } from './firefox.js';
import { driveWebKit } from './webkit.js';

export type Driven = 'chromium' | 'firefox' | 'webkit';

const DRIVERS: Record<Driven, (folder: string) => Promise<Driver>> = {
  chromium: driveChromium,
  firefox: driveFirefox,
  webkit: driveWebKit,
};

/** Drives a browser in a folder of its own, and leaves neither behind. */
export async function drive<T>(name: Driven, work: (driver: Driver) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-'));
  try {
    const driver = await DRIVERS[name](folder);
    try {
      return await work(driver);
    } finally {
      await driver.end();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
