/** The tour: what Driftlock is for, in six scenes against a throwaway gateway over HTTP. */
import { randomBytes } from 'node:crypto';
import { type ServeOptions, serveGateway } from '@driftlock/gateway/node';
import { CliError } from '../cli-error.js';
import { EXIT, type Exit } from '../exit.js';
import { createPage } from './page.js';
import { type Cast, SCENES, type Tell } from './scenes.js';
import { createSessions } from './sessions.js';
import { createStage, type Stage } from './stage.js';

export interface TourOptions {
  /** Laid over the throwaway gateway's own options; a test breaks something with it. */
  serve?: Partial<ServeOptions>;
  /** @default standard output */
  write?: (text: string) => void;
  /** @default false */
  colors?: boolean;
  /** Milliseconds to wait for one answer or settlement. @default 10000 */
  patience?: number;
  /** Ends the tour early. */
  signal?: AbortSignal;
}

/**
 * Runs the tour and prints it. Resolves with 0, or 1 where a scene did not do what it claims; the
 * others are played all the same.
 *
 * @example
 * process.exitCode = await tour();
 */
export async function tour({
  serve = {},
  write = (text) => process.stdout.write(text),
  colors = false,
  patience = 10_000,
  signal = new AbortController().signal,
}: TourOptions = {}): Promise<Exit> {
  const sessions = createSessions();
  const key = randomBytes(24).toString('base64url');
  const gateway = await serveGateway({
    host: '127.0.0.1',
    port: 0,
    mode: 'emulate',
    keys: { operator: key },
    policy: { mode: 'local-first', offline: { uses: 10, hours: 72 } },
    onRevoke: ({ id }) => sessions.end(id),
    ...serve,
  });
  try {
    const stage = createStage({ url: gateway.url, key, sessions, patience, signal });
    return await play(stage, { write, colors, signal });
  } catch (error) {
    if (signal.aborted) return EXIT.notValid;
    throw error;
  } finally {
    await gateway.close();
  }
}

async function play(
  stage: Stage,
  {
    write,
    colors,
    signal,
  }: { write: (text: string) => void; colors: boolean; signal: AbortSignal },
): Promise<Exit> {
  const page = createPage(colors);
  const began = performance.now();
  write(page.opening(stage.url));
  const cast: Cast = {
    ann: await stage.enrol('ann'),
    ben: await stage.enrol('ben', { slow: 240 }),
    cleo: await stage.enrol('cleo'),
  };
  const failed: string[] = [];
  for (const { letter, title, play: act } of SCENES) {
    const rows: [string, string][] = [];
    const tell: Tell = (who, seen, { holds, wanted }) => {
      rows.push([who, seen]);
      if (!holds) throw new CliError('ERR_SCENE', wanted);
    };
    const wanted = await outcome(act(stage, cast, tell));
    if (signal.aborted) break;
    if (wanted !== undefined) {
      rows.push(['wanted', wanted]);
      failed.push(letter);
    }
    write(page.scene({ letter, title, rows, held: wanted === undefined }));
  }
  if (signal.aborted) return EXIT.notValid;
  write(page.ending({ failed, of: SCENES.length, took: performance.now() - began }));
  return failed.length === 0 ? EXIT.valid : EXIT.notValid;
}

/** What a scene wanted and did not see; undefined where it held. */
async function outcome(act: Promise<void>): Promise<string | undefined> {
  try {
    await act;
    return undefined;
  } catch (error) {
    if (error instanceof CliError) return error.message;
    return `an answer; instead: ${(error as Error)?.name ?? 'an error'}`;
  }
}
