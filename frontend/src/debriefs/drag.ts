/**
 * Dragging cards by mouse or, after a long press, by finger.
 *
 * An extra: everything it does can also be done with 'Move to…' and the keyboard. A finger that moves before
 * the press is long enough scrolls the page as always; afterwards a non-passive `touchmove` keeps the page still,
 * without which the browser scrolls away under the card. Drop targets are elements with `data-drop`.
 */
const PRESS_MS = 350;
const SLOP_PX = 8;
const EDGE_PX = 72;
const SPEED_PX = 14;

export interface DragHandlers {
  /** Says which card lies at the element, or null when there is nothing to drag. */
  pick(target: Element): string | null;
  started(cardId: string): void;
  moved(x: number, y: number, over: string | null): void;
  /** `over` is the `data-drop` of the target, null when dropped nowhere or cancelled. */
  ended(over: string | null): void;
}

interface Press {
  card: string;
  pointer: number;
  x: number;
  y: number;
  isDragging: boolean;
  timer: number;
}

/** The `data-drop` of what lies under a point of the viewport. */
export function dropTarget(x: number, y: number): string | null {
  const under = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop]');
  return under?.dataset['drop'] ?? null;
}

/** How far a scroller moves in one frame when the pointer is near one of its edges. */
export function edgeStep(at: number, from: number, to: number): number {
  if (at < from + EDGE_PX) return -SPEED_PX * Math.min(1, (from + EDGE_PX - at) / EDGE_PX);
  if (at > to - EDGE_PX) return SPEED_PX * Math.min(1, (at - to + EDGE_PX) / EDGE_PX);
  return 0;
}

/** Attachment for the element that holds the cards: `{@attach dragging(handlers)}`. */
export function dragging(handlers: DragHandlers): (board: HTMLElement) => () => void {
  return (board) => new Dragging(board, handlers).listen();
}

class Dragging {
  private press: Press | null = null;
  private frame = 0;

  constructor(
    private readonly board: HTMLElement,
    private readonly handlers: DragHandlers,
  ) {}

  listen(): () => void {
    const gone = new AbortController();
    const { signal } = gone;
    this.board.addEventListener('pointerdown', this.down, { signal });
    window.addEventListener('pointermove', this.move, { signal });
    window.addEventListener('pointerup', this.up, { signal });
    window.addEventListener('pointercancel', () => this.finish(null), { signal });
    window.addEventListener('keydown', this.key, { signal, capture: true });
    window.addEventListener('touchmove', this.holdPage, { signal, passive: false });
    this.board.addEventListener('contextmenu', this.holdMenu, { signal });
    this.board.addEventListener('dragstart', (event) => event.preventDefault(), { signal });
    return () => {
      this.finish(null);
      gone.abort();
    };
  }

  private readonly down = (event: PointerEvent): void => {
    if (this.press || event.button !== 0 || !event.isPrimary) return;
    const card = this.handlers.pick(event.target as Element);
    if (card === null) return;
    const { pointerId: pointer, clientX: x, clientY: y } = event;
    const timer = event.pointerType === 'mouse' ? 0 : window.setTimeout(this.start, PRESS_MS);
    this.press = { card, pointer, x, y, isDragging: false, timer };
  };

  private readonly start = (): void => {
    const press = this.press;
    if (!press || press.isDragging) return;
    press.isDragging = true;
    // So that letting go outside the window is noticed too.
    this.board.setPointerCapture(press.pointer);
    if (press.timer) navigator.vibrate?.(12);
    this.handlers.started(press.card);
    this.handlers.moved(press.x, press.y, dropTarget(press.x, press.y));
    this.frame = requestAnimationFrame(this.scroll);
  };

  private readonly move = (event: PointerEvent): void => {
    const press = this.press;
    if (!press || event.pointerId !== press.pointer) return;
    // The button was let go where nobody told us.
    if (event.buttons === 0) return this.finish(null);
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLOP_PX;
    if (!press.isDragging && far && press.timer) return this.finish(null);
    if (!press.isDragging && far) this.start();
    if (!press.isDragging) return;
    press.x = event.clientX;
    press.y = event.clientY;
    this.handlers.moved(press.x, press.y, dropTarget(press.x, press.y));
  };

  private readonly up = (event: PointerEvent): void => {
    if (this.press?.pointer !== event.pointerId) return;
    const { isDragging } = this.press;
    if (isDragging) swallowClick();
    this.finish(isDragging ? dropTarget(event.clientX, event.clientY) : null);
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.press?.isDragging) return;
    event.preventDefault();
    event.stopPropagation();
    this.finish(null);
  };

  private readonly holdPage = (event: TouchEvent): void => {
    if (this.press?.isDragging) event.preventDefault();
  };

  private readonly holdMenu = (event: Event): void => {
    if (this.press?.timer) event.preventDefault();
  };

  private readonly scroll = (): void => {
    const press = this.press;
    if (!press?.isDragging) return;
    const scroller = scrollerAt(press.x, press.y);
    const box = scroller === document.scrollingElement ? new DOMRect(0, 0, innerWidth, innerHeight) : scroller.getBoundingClientRect();
    scroller.scrollTop += edgeStep(press.y, box.top, box.bottom);
    scroller.scrollLeft += edgeStep(press.x, box.left, box.right);
    this.frame = requestAnimationFrame(this.scroll);
  };

  private finish(over: string | null): void {
    const press = this.press;
    if (!press) return;
    this.press = null;
    window.clearTimeout(press.timer);
    cancelAnimationFrame(this.frame);
    if (press.isDragging) this.handlers.ended(over);
  }
}

/** The nearest ancestor that scrolls, marked by `data-scroll`, else the page. */
function scrollerAt(x: number, y: number): Element {
  const marked = document.elementFromPoint(x, y)?.closest('[data-scroll]');
  return marked ?? document.scrollingElement ?? document.documentElement;
}

/** The click that a browser makes of a drag's end would open the card. */
function swallowClick(): void {
  const gone = new AbortController();
  const swallow = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('click', swallow, { capture: true, once: true, signal: gone.signal });
  window.setTimeout(() => gone.abort(), 0);
}
