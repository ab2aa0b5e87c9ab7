/** A browser that is driven from outside: for keys as a person presses them, and computed names. */

export interface Driver {
  open(url: string): Promise<void>;
  /** The body of an async function, run in the page; gives what it returns, as JSON. */
  run<T>(body: string): Promise<T>;
  /** Presses and lets go of each key: a character, or one of `KEYS`; `Control+v` with it held. */
  press(...keys: string[]): Promise<void>;
  /** What the browser tells assistive technology of the element that has the focus. */
  focused(): Promise<{ role: string; name: string }>;
  /** A PNG of what is shown. */
  screenshot(): Promise<Buffer>;
  end(): Promise<void>;
}

/** The element with the focus, through any shadow roots. */
export const FOCUSED = `
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused;`;

interface Key {
  /** As WebDriver writes it. */
  classic: string;
  /** As DevTools want it. */
  code: number;
  text?: string;
}

export const KEYS: Readonly<Record<string, Key>> = {
  Tab: { classic: '\ue004', code: 9 },
  Enter: { classic: '\ue007', code: 13, text: '\r' },
  Backspace: { classic: '\ue003', code: 8 },
  ArrowLeft: { classic: '\ue012', code: 37 },
  Home: { classic: '\ue011', code: 36 },
  Shift: { classic: '\ue008', code: 16 },
  Control: { classic: '\ue009', code: 17 },
};

/** `Control+v` as its modifier and its key. */
export function chord(keys: string): { modifier?: string; key: string } {
  const [, modifier, key] = /^(Shift|Control)\+(.+)$/.exec(keys) ?? [];
  return modifier && key ? { modifier, key } : { key: keys };
}
