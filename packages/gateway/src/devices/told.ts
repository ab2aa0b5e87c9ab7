/** What a device is told of a decision: whether, and in plain words; how a clock runs is the operator's. */
import { tellPerson } from '@driftlock/totp-core/messages';
import { en } from '@driftlock/totp-core/messages/en';
import type { Decision, Rejected, Settlement } from '@driftlock/verifier';

/** A decision as it stands by now. */
export type Standing = Decision & { settlement?: Settlement };

/** Reasons that no diagnosis explains. */
const SENTENCES: Partial<Record<Rejected['reason'], string>> = {
  malformed: en.person.malformed,
  'clock-unsafe': en.person.ours,
  throttled: 'Too many attempts were made. Please wait before you try again.',
  locked: 'This account is locked. Please ask your administrator.',
  suspended: 'This account may not sign in. Please ask your administrator.',
  'unknown-user': 'This account may not sign in. Please ask your administrator.',
  unavailable: 'The code could not be checked. Please try again later.',
};

/**
 * To the person used, old and wrong codes read alike; the device itself is told `replayed`, for a
 * code it sent twice is no contradiction.
 */
export function toldToDevice(decision: Standing): Record<string, unknown> {
  const { id, accepted, settlement } = decision;
  const settled = settlement === undefined ? {} : { settlement };
  if (accepted) return { id, accepted, standing: decision.standing, ...settled };
  const { reason, diagnosis, retryAfter } = decision;
  const sentence = diagnosis ? tellPerson(diagnosis, en) : en.person.again;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return { id, accepted, reason, ...wait, message: SENTENCES[reason] ?? sentence };
}
