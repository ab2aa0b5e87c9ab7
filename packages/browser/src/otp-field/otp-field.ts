/** `<otp-field>`: one real input for a code, with a label, a live result and a form control's manners. */
import { normalizeCode } from './normalize-code.js';
import { fill } from './shadow.js';

// A server that renders the page has no elements to extend; it may import this all the same.
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/** Attributes that are properties too. */
const TEXTS = ['name', 'instruction', 'result'] as const;
const SWITCHES = ['required', 'disabled', 'invalid'] as const;
/** What a page may have set on the element before it was defined. */
const EARLY = [...TEXTS, ...SWITCHES, 'digits', 'value'] as const;

/**
 * One field for a code of 6 to 8 digits. It shows what it sends: digits of other scripts become
 * 0 to 9, spaces and dashes go, and what is no digit stays in view and makes it invalid.
 *
 * Events, none of which carries a digit: `input`, `change`, and `complete` once the person has
 * given as many digits as the code has.
 *
 * @example
 * <otp-field name="code" digits="6" required>Code from your app</otp-field>
 */
export class OtpField extends Base {
  static readonly formAssociated = true;
  static readonly observedAttributes: readonly string[] = [
    ...['digits', 'required', 'instruction', 'result', 'invalid'],
  ];

  /** Of the control in its form. */
  declare name: string;
  /** What to say instead of the browser's own words where the code is missing or malformed. */
  declare instruction: string;
  /** What came of the code, in words; it is read out politely, and shown under the field. */
  declare result: string;
  declare required: boolean;
  declare disabled: boolean;
  /** Marks the code as not accepted. The element never sets it, nor takes it back. */
  declare invalid: boolean;

  readonly #internals: ElementInternals = this.attachInternals();
  readonly #input: HTMLInputElement;
  readonly #result: HTMLElement;
  /** The code that `complete` was last sent for. */
  #completed = '';

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    const { input, result } = fill(root);
    this.#input = input;
    this.#result = result;
    input.addEventListener('input', (event) => this.#typed(event as InputEvent));
    input.addEventListener('compositionend', () => this.#settle());
    input.addEventListener('change', () => this.#tell('change'));
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.isComposing) this.#submit();
    });
    this.#shape();
  }

  /** How many digits the code has: 6, 7 or 8. @default 6 */
  get digits(): number {
    const digits = Number(this.getAttribute('digits'));
    return digits === 7 || digits === 8 ? digits : 6;
  }
  set digits(digits: number) {
    this.setAttribute('digits', String(digits));
  }

  /** The code as it is shown and sent; setting it sends no event. */
  get value(): string {
    return normalizeCode(this.#input.value);
  }
  set value(text: string) {
    this.#input.value = normalizeCode(String(text ?? ''));
    this.#completed = '';
    this.#mirror();
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }
  get validity(): ValidityState {
    return this.#internals.validity;
  }
  get validationMessage(): string {
    return this.#internals.validationMessage;
  }
  get willValidate(): boolean {
    return this.#internals.willValidate;
  }
  checkValidity(): boolean {
    return this.#internals.checkValidity();
  }
  reportValidity(): boolean {
    return this.#internals.reportValidity();
  }
  /** As of any control: a text keeps the form from being sent, '' lets it go. */
  setCustomValidity(text: string): void {
    this.#input.setCustomValidity(text);
    this.#mirror();
  }
  /** Selects what was typed, so that the next code takes its place. */
  select(): void {
    this.#input.select();
  }

  connectedCallback(): void {
    for (const name of EARLY) {
      if (!Object.hasOwn(this, name)) continue;
      const own = this as unknown as Record<string, unknown>;
      const early = own[name];
      delete own[name];
      own[name] = early;
    }
  }
  attributeChangedCallback(): void {
    this.#shape();
  }
  formDisabledCallback(disabled: boolean): void {
    this.#input.disabled = disabled;
  }
  formResetCallback(): void {
    this.value = '';
  }
  /** A browser may fill in a code; one that it kept from an earlier visit is dead. */
  formStateRestoreCallback(state: string | null, mode: 'restore' | 'autocomplete'): void {
    if (mode === 'autocomplete') this.value = state ?? '';
  }

  /** Brings the attributes to the input. */
  #shape(): void {
    const { digits } = this;
    const input = this.#input;
    input.pattern = `[0-9]{${digits}}`;
    // Room for a code pasted with what stands between its digits: one that was cut off is another.
    input.maxLength = digits * 4;
    input.style.setProperty('--digits', String(digits));
    input.required = this.required;
    input.ariaInvalid = String(this.invalid);
    this.#result.textContent = this.result;
    this.#mirror();
  }

  /** Brings what the input holds, and whether that will do, to the form. */
  #mirror(): void {
    const input = this.#input;
    this.#internals.setFormValue(this.value, null);
    const said = input.validity.customError ? '' : this.instruction;
    // A browser has no words for a control that is disabled, and takes no mark without any.
    const words = said || input.validationMessage || String(this.digits);
    this.#internals.setValidity(input.validity, words, input);
  }

  #typed(event: InputEvent): void {
    // The browser's own event carries what was typed.
    event.stopPropagation();
    if (event.isComposing) this.#mirror();
    else this.#settle();
  }

  /** Shows the code as it will be sent, the caret where it was. */
  #settle(): void {
    const input = this.#input;
    const { value } = this;
    if (input.value !== value) {
      const caret = normalizeCode(input.value.slice(0, input.selectionStart ?? undefined)).length;
      input.value = value;
      input.setSelectionRange(caret, caret);
    }
    this.#mirror();
    this.#tell('input');
    const complete = value.length === this.digits && /^\d+$/.test(value) ? value : '';
    if (complete && complete !== this.#completed) this.#tell('complete');
    this.#completed = complete;
  }

  #tell(type: string): void {
    this.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  }

  /** As Enter in any control of a form: by its first submit button, which may be disabled. */
  #submit(): void {
    const { form } = this;
    const button = form && [...form.elements].find((each) => isSubmit(each));
    if (button) (button as HTMLElement).click();
    else form?.requestSubmit();
  }
}

function isSubmit(control: Element): boolean {
  return (control as HTMLButtonElement).type === 'submit';
}

for (const name of TEXTS) {
  reflect(name, {
    get: (element) => element.getAttribute(name) ?? '',
    set: (element, value) =>
      value == null ? element.removeAttribute(name) : element.setAttribute(name, String(value)),
  });
}
for (const name of SWITCHES) {
  reflect(name, {
    get: (element) => element.hasAttribute(name),
    set: (element, value) => element.toggleAttribute(name, Boolean(value)),
  });
}

function reflect(
  name: string,
  { get, set }: { get(of: Element): unknown; set(of: Element, value: unknown): unknown },
): void {
  Object.defineProperty(OtpField.prototype, name, {
    get(this: Element) {
      return get(this);
    },
    set(this: Element, value: unknown) {
      set(this, value);
    },
    enumerable: true,
    configurable: true,
  });
}
