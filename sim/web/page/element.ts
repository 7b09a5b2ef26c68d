type Attributes = Readonly<Record<string, string>>;

/** An element with its attributes and children; text becomes text, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A button that does something at once. */
export function button(text: string, attributes: Attributes, run: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", run);
  return made;
}

/** A part of the page with its heading. */
export function card(name: string, title: string, ...children: readonly (Node | string)[]): HTMLElement {
  const heading = `${name}-title`;
  return element(
    "section",
    { class: `card ${name}`, "aria-labelledby": heading },
    element("h2", { id: heading }, title),
    ...children,
  );
}

/** Of a moment as ISO 8601 has it: this machine's time of day. */
export function timeOfDay(at: string): string {
  return new Date(at).toTimeString().slice(0, 8);
}

/** As a sentence begins. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
