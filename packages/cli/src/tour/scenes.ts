/** The six scenes. Whatever is told is what was seen, and is checked against what is claimed. */
import { CliError } from '../cli-error.js';
import type { Person, Stage, Typed } from './stage.js';
import { isSlow, quote, say, sayClock, sayDate, sayTime } from './words.js';

export interface Cast {
  ann: Person;
  /** His phone is four minutes slow. */
  ben: Person;
  cleo: Person;
}

/** Tells one thing seen, and stops the scene where it is not what was claimed. */
export type Tell = (who: string, seen: string, claim: { holds: boolean; wanted: string }) => void;

export interface Scene {
  letter: string;
  title: string;
  play(stage: Stage, cast: Cast, tell: Tell): Promise<void>;
}

/** No code is ever shown, not even a dead one's. */
const CODE = '••••••';

export const SCENES: Scene[] = [
  { letter: 'a', title: 'A code is accepted at once, and confirmed a moment later', play: signIn },
  { letter: 'b', title: 'The same code again is refused', play: replay },
  { letter: 'c', title: 'A phone is four minutes slow, and its owner is told so', play: slowPhone },
  { letter: 'd', title: 'The authority is cut off, and nobody is locked out', play: outage },
  { letter: 'e', title: 'The authority comes back, and has the last word', play: settling },
  { letter: 'f', title: 'A user is suspended at the authority', play: suspension },
];

async function signIn(stage: Stage, { ann }: Cast, tell: Tell): Promise<void> {
  await acceptedForNow(stage, ann, tell);
  await confirmedByAuthority(stage, ann, tell);
}

async function replay(stage: Stage, { ann }: Cast, tell: Tell): Promise<void> {
  const { code } = signInOf(ann);
  const { decision } = await stage.type(ann, code);
  const holds = decision.accepted === false && decision.reason === 'replayed';
  tell('Ann types it again', say(decision), { holds, wanted: 'not accepted: replayed' });
  const own = !stage.sessions.has(decision.id);
  tell('a second session', own ? 'none' : 'begun', { holds: own, wanted: 'none' });
}

async function slowPhone(stage: Stage, { ben }: Cast, tell: Tell): Promise<void> {
  const began = performance.now();
  const codes = [stage.read(ben), stage.read(ben)] as const;
  for (const [i, code] of codes.entries()) {
    const { status, message } = await stage.askAuthy(ben, code);
    const holds = status === 401 && message === 'Token is invalid.';
    const which = i === 0 ? 'Authy, of one code' : 'Authy, of the next';
    tell(which, quote(message), { holds, wanted: '"Token is invalid."' });
  }
  const hint = (await stage.type(ben, codes[0])).decision;
  tell('Driftlock, of one', sayClock(hint), { holds: isSlow(hint), wanted: 'probably slow' });
  const { decision } = await stage.type(ben, codes[1]);
  const { offset = { min: -Infinity, max: Infinity }, certainty } = decision.diagnosis ?? {};
  // A code may be 30 seconds old when it is typed, and ours grew older while others were asked.
  const late = (performance.now() - began) / 1000;
  const contains = offset.min <= -240 && offset.max + late >= -240;
  const narrow = offset.max - offset.min < 60;
  const holds = isSlow(decision) && certainty === 'certain' && contains && narrow;
  const wanted = 'slow, by less than a minute around 240 seconds';
  tell('Driftlock, of both', sayClock(decision), { holds, wanted });
}

async function outage(stage: Stage, { ann }: Cast, tell: Tell): Promise<void> {
  await stage.putEmulator('faults', { down: true });
  const code = stage.read(ann);
  const { status, message } = await stage.askAuthy(ann, code);
  const gone = status === 503 && message === undefined;
  tell('Authy', `answers ${status}, and nothing else`, { holds: gone, wanted: 'an empty 503' });
  await acceptedForNow(stage, ann, tell, code);
  const { decision } = signInOf(ann);
  const { uses, until = Number.NaN } = decision.left ?? {};
  const hours = (until - Date.now()) / 3_600_000;
  const holds = uses === 9 && hours > 71 && hours <= 72;
  const left = uses === undefined ? 'not told' : `${uses} of 10 uses left, until ${sayDate(until)}`;
  tell('offline budget', left, { holds, wanted: '9 of 10 uses left, for 72 hours' });
}

async function settling(stage: Stage, { ann }: Cast, tell: Tell): Promise<void> {
  const { id } = signInOf(ann).decision;
  const before = await stage.decision(id);
  const open = before.standing === 'provisional' && before.settlement === undefined;
  tell('until now', say(before), { holds: open, wanted: 'accepted locally, provisional' });
  await stage.putEmulator('faults', { down: false });
  await confirmedByAuthority(stage, ann, tell);
}

async function suspension(stage: Stage, { ann, cleo }: Cast, tell: Tell): Promise<void> {
  const anns = signInOf(ann).decision.id;
  await stage.putEmulator(`users/${cleo.authyId}`, { suspended: true });
  const { decision } = await acceptedForNow(stage, cleo, tell);
  const told = await stage.settled(decision.id);
  const holds = told.settlement === 'contradicted';
  tell('the authority', told.settlement ?? 'silent', { holds, wanted: 'contradicted' });
  const ended = !stage.sessions.has(decision.id);
  tell('her session', ended ? 'revoked' : 'still open', { holds: ended, wanted: 'revoked' });
  const others = stage.sessions.has(anns);
  tell("Ann's session", others ? 'still open' : 'gone', { holds: others, wanted: 'still open' });
  const next = (await stage.type(cleo, stage.read(cleo))).decision;
  const denied = next.accepted === false && next.reason === 'suspended';
  tell("Cleo's next code", say(next), { holds: denied, wanted: 'not accepted: suspended' });
}

/** Their last sign-in: a scene may be about the one before it. */
function signInOf({ signIn }: Person): Typed {
  if (!signIn) throw new CliError('ERR_SCENE', 'a sign-in to begin with');
  return signIn;
}

/** A code is typed, accepted here, and nobody else has said yes yet. */
async function acceptedForNow(
  stage: Stage,
  person: Person,
  tell: Tell,
  code: string = stage.read(person),
): Promise<Typed> {
  const typed = await stage.type(person, code);
  const { decision, took } = typed;
  const { accepted, by, standing } = decision;
  const holds = accepted === true && by === 'local' && standing === 'provisional';
  const name = `${person.account.charAt(0).toUpperCase()}${person.account.slice(1)}`;
  const wanted = 'accepted locally, provisional';
  tell(`${name} types ${CODE}`, `${say(decision)}, in ${sayTime(took)}`, { holds, wanted });
  return typed;
}

/** The decision is settled, and the authority itself says that it has used the code. */
async function confirmedByAuthority(stage: Stage, person: Person, tell: Tell): Promise<void> {
  const { decision, code } = signInOf(person);
  const began = performance.now();
  const told = await stage.settled(decision.id);
  const holds = told.settlement === 'confirmed' && told.standing === 'confirmed';
  const when = `${told.settlement ?? 'silent'}, after ${sayTime(performance.now() - began)}`;
  tell('the authority', when, { holds, wanted: 'confirmed' });
  const { status, message } = await stage.askAuthy(person, code);
  const used = status === 401 && message === 'Token is invalid. Token was used recently.';
  tell('Authy, asked again', quote(message), { holds: used, wanted: 'that the code was used' });
}
