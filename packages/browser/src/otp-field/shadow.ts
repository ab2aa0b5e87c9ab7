/** What `<otp-field>` shows: a label, one input, a hint and the result, in a shadow root. */

const CSS = `
:host {
  display: block;
  --error: var(--otp-field-error, light-dark(#b3261e, #ffb4ab));
  --line: var(--otp-field-border, color-mix(in srgb, currentColor 65%, transparent));
}
:host([hidden]) { display: none }
label { display: block; margin-block-end: var(--otp-field-gap, .375rem); font-weight: 600 }
input {
  box-sizing: border-box;
  inline-size: calc(var(--digits) * (1ch + .25em) + 2em);
  max-inline-size: 100%;
  padding: .5em .75em .5em 1em;
  border: 1px solid var(--line);
  border-radius: var(--otp-field-radius, .375rem);
  background: var(--otp-field-background, transparent);
  color: var(--otp-field-color, inherit);
  font: 1.5em/1.2 var(--otp-field-font, ui-monospace, monospace);
  letter-spacing: .25em;
  direction: ltr;
}
input:focus-visible { outline: 3px solid var(--otp-field-focus, light-dark(#1a56db, #a4c2ff)); outline-offset: 2px }
input:disabled { opacity: .6 }
input[aria-invalid=true] { border-color: var(--error); box-shadow: inset 0 0 0 1px var(--error) }
[part=hint], [part=result] { margin-block-start: var(--otp-field-gap, .375rem) }
[part=result]:empty { margin: 0 }
input[aria-invalid=true] ~ [part=result] { color: var(--error) }
`;

let sheet: CSSStyleSheet | undefined;

/** Made without markup and inline styles, which a page's security policy may forbid. */
export function fill(root: ShadowRoot): { input: HTMLInputElement; result: HTMLElement } {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  root.adoptedStyleSheets = [sheet];
  const label = make('label', { part: 'label', for: 'code' });
  label.append(slot('', 'One-time code'));
  const input = make('input', {
    part: 'input',
    id: 'code',
    type: 'text',
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    // Some browsers send what is typed away to have its spelling checked.
    spellcheck: 'false',
    'aria-describedby': 'hint result',
  });
  const hint = make('div', { part: 'hint', id: 'hint' });
  hint.append(slot('hint'));
  const result = make('div', { part: 'result', id: 'result', 'aria-live': 'polite' });
  root.append(label, input, hint, result);
  return { input, result };
}

function slot(name: string, text = ''): HTMLSlotElement {
  const made = make('slot', name ? { name } : {});
  made.textContent = text;
  return made;
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
