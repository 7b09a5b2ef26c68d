/** How long a key is held for a person whose tool only says "press". */
const TOUCH = 120;

/** Makes contacts of what mouse, touch, pen, keyboard and screen reader do to a button: closed while it is held. */
export class Finger {
  readonly #button: HTMLButtonElement;
  readonly #move: (closed: boolean) => void;
  /** What holds it: several may at once. */
  readonly #holding = new Set<string>();

  constructor(button: HTMLButtonElement, move: (closed: boolean) => void) {
    this.#button = button;
    this.#move = move;
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      button.setPointerCapture(event.pointerId);
      this.down(`pointer ${event.pointerId}`);
    });
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      button.addEventListener(type, (event) => this.up(`pointer ${event.pointerId}`));
    }
    button.addEventListener("keydown", (event) => this.#key(event, () => this.down(event.code)));
    button.addEventListener("keyup", (event) => this.#key(event, () => this.up(event.code)));
    button.addEventListener("blur", () => this.release());
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    button.addEventListener("click", (event) => {
      // Pointers and keys have been heard already; this comes from a screen reader, or a voice.
      if (event.detail !== 0) return;
      this.down("tap");
      setTimeout(() => this.up("tap"), TOUCH);
    });
  }

  down(what: string): void {
    this.#holding.add(what);
    if (this.#holding.size === 1) this.#tell(true);
  }

  up(what: string): void {
    if (this.#holding.delete(what) && this.#holding.size === 0) this.#tell(false);
  }

  /** Off the key, whatever held it. */
  release(): void {
    if (this.#holding.size === 0) return;
    this.#holding.clear();
    this.#tell(false);
  }

  #key(event: KeyboardEvent, run: () => void): void {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (!event.repeat) run();
  }

  #tell(closed: boolean): void {
    this.#button.classList.toggle("down", closed);
    this.#move(closed);
  }
}
