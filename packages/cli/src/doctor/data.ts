/** The data a gateway serves from: whether it opens, answers, has room, and is its owner's alone. */
import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Engine } from '@driftlock/gateway';
import { CliError } from '../cli-error.js';
import { withKept } from '../data.js';
import type { World } from '../verb.js';
import { type Finding, good, unchecked, wrong } from './finding.js';
import { checkSealed } from './seal.js';

/** Bytes that a log writes in a busy day. */
const ROOM = 1024 ** 3;

export async function checkData(where: string | undefined, env: World['env']): Promise<Finding[]> {
  if (!where) return [unchecked('data', 'none was named', 'name it with --data or DRIFTLOCK_DATA')];
  try {
    return await withKept({ where, env }, async ({ engine, place, file }) => {
      const store = await checkStore(engine, place);
      return [store, ...(file ? checkFile(file) : []), await checkSealed(engine, { file, env })];
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [
      wrong('data', error.message.replace('--data: ', ''), 'is it the place that the gateway has?'),
    ];
  }
}

/** That it opened means that its tables are this release's: older ones are brought up to date. */
async function checkStore(engine: Engine, place: string): Promise<Finding> {
  try {
    const some = await engine.list({ kind: 'account', limit: 1 });
    await engine.read({ kind: 'account', key: 'doctor' });
    const empty = some.length === 0 ? ', and holds no account yet' : '';
    return good('data', `${place} answers, its tables are this release’s${empty}`);
  } catch {
    return wrong('data', `${place} opens and does not answer`, 'look at its own log');
  }
}

function checkFile(file: string): Finding[] {
  const { bavail, bsize } = statfsSync(dirname(file));
  const left = bavail * bsize;
  const room = `${(left / 1024 ** 3).toFixed(1)} GiB are free`;
  const shared = [file, `${file}-wal`, `${file}-shm`].filter(isShared);
  return [
    left >= ROOM ? good('room', room) : wrong('room', room, 'a full disk refuses every code'),
    shared.length === 0
      ? good('file', 'for its owner alone')
      : wrong('file', 'others on this machine can read it', `chmod 600 ${shared.join(' ')}`),
  ];
}

function isShared(file: string): boolean {
  return process.platform !== 'win32' && existsSync(file) && (statSync(file).mode & 0o077) !== 0;
}
