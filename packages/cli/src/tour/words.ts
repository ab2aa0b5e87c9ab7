/** What was seen, in the words of the tour. */
import { boundsOf } from '../sentences.js';
import type { Told } from './stage.js';

export function say({ accepted, by, standing, reason, settlement }: Told): string {
  if (accepted === false) return `not accepted: ${reason ?? 'no reason given'}`;
  if (accepted !== true) return 'no decision';
  const where = by === 'local' ? 'accepted locally' : 'accepted by the authority';
  return `${where}, ${settlement ?? standing ?? 'of no standing'}`;
}

/** What a refusal says of the phone's clock. */
export function sayClock(told: Told): string {
  const { verdict, certainty, offset } = told.diagnosis ?? {};
  if (told.accepted !== false || !verdict) return `${say(told)}, no diagnosis`;
  if (!offset || !verdict.startsWith('device-')) return `${say(told)}, ${verdict}`;
  const { least, most, word } = boundsOf(offset);
  if (certainty !== 'certain') return `probably ${word}`;
  return `${word}, by between ${least} and ${most} seconds`;
}

export function isSlow({ accepted, reason, diagnosis }: Told): boolean {
  return accepted === false && reason === 'mismatch' && diagnosis?.verdict === 'device-slow';
}

export function quote(message: string | undefined): string {
  return message === undefined ? 'nothing' : `"${message}"`;
}

/** @param took milliseconds. */
export function sayTime(took: number): string {
  return took < 995 ? `${Math.max(1, Math.round(took))} ms` : `${(took / 1000).toFixed(1)} s`;
}

/** @param at Unix milliseconds. */
export function sayDate(at: number): string {
  if (!(Math.abs(at) <= 8.64e15)) return 'no date';
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
