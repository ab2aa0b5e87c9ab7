/** How far someone who holds an authenticator, or noted its codes, moves what is believed of it. */
import { PERIOD } from './histories.js';
import { type Rule, rules } from './rules.js';

export interface Ratchet {
  name: string;
  /** Seconds moved by 20 noted codes, each 6 steps older than the window's edge. */
  older: number;
  /** Seconds moved by 20 noted codes of consecutive steps an hour ago, typed half a minute apart. */
  consecutive: number;
  /** Codes at the window's edge, accepted every time, for 30 days: the most in 24 h, and in all. */
  edge: { day: number; all: number };
}

const START = 1_800_000_000;
const DAY = 86_400;

export function ratchet(): Ratchet[] {
  const names = rules(START).map(({ name }) => name);
  return names.map((name, i) => {
    const fresh = (): Rule => rules(START)[i]!;
    const walks = EVERY.flatMap((every) => [walk(fresh(), every, -1), walk(fresh(), every, 1)]);
    return {
      name,
      older: older(fresh()),
      consecutive: consecutive(fresh()),
      edge: {
        day: Math.max(...walks.map(({ day }) => day)),
        all: Math.max(...walks.map(({ all }) => all)),
      },
    };
  });
}

function older(rule: Rule): number {
  const before = rule.offset();
  for (let i = 1; i <= 20; i++) {
    const now = START + i * 3600;
    rule.login(now, Math.floor(now / PERIOD) - rule.window.backward - 6 * i);
  }
  return Math.round(Math.abs(rule.offset() - before));
}

function consecutive(rule: Rule): number {
  const before = rule.offset();
  for (let i = 0; i < 20; i++) {
    const now = START + i * PERIOD;
    rule.login(now, Math.floor((now - 3600) / PERIOD));
  }
  return Math.round(Math.abs(rule.offset() - before));
}

/** Seconds between logins. */
const EVERY = [600, 3600, 14_400];

/** One way, as far as the window lets it. */
function walk(rule: Rule, every: number, way: -1 | 1): { day: number; all: number } {
  const edge = way < 0 ? -rule.window.backward : rule.window.forward;
  const offsets = [rule.offset()];
  for (let now = START; now < START + 30 * DAY; now += every) {
    rule.login(now, Math.floor((now + rule.offset()) / PERIOD) + edge);
    offsets.push(rule.offset());
  }
  const ahead = DAY / every;
  let day = 0;
  // One way only, so the farthest within a day is where the day ends, or is not moved at all.
  for (const [i, offset] of offsets.entries()) {
    for (const later of offsets.slice(i + 1, i + ahead + 1)) {
      day = Math.max(day, Math.abs(later - offset));
    }
  }
  const all = Math.max(...offsets.map((offset) => Math.abs(offset - offsets[0]!)));
  return { day: Math.round(day * 10) / 10, all: Math.round(all * 10) / 10 };
}
