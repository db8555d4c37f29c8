/**
 * Pure: what a person has done to a picture before it is kept: turns, a crop, covers and drawings.
 * All points are pixels of the picture as it now stands (turned, not yet cropped).
 */
export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

export const TOOLS = ['cover', 'crop', 'arrow', 'circle', 'word'] as const;
export type Tool = (typeof TOOLS)[number];

/** Everything drawn is a span of two points: corners of an area, or the tail and the head of an arrow. */
export interface Mark {
  id: number;
  kind: Tool;
  from: Point;
  to: Point;
  /** Of a word. */
  text: string;
  /** Of a cover: one colour instead of coarse blocks. */
  isSolid: boolean;
}

export interface Edit {
  width: number;
  height: number;
  /** Quarter turns clockwise, 0–3. */
  turns: number;
  marks: Mark[];
}

/** Share of the picture's sides that a mark takes when it is placed by a tap or from the keyboard. */
const SIZES: Record<Tool, [number, number]> = {
  cover: [0.2, 0.2], crop: [0.8, 0.8], arrow: [0.2, 0.2], circle: [0.25, 0.25], word: [0.5, 0.1],
};
/** No mark is smaller than this share of the picture's short side. */
const LEAST = 0.02;

/** Nothing done yet. */
export function untouched(width: number, height: number): Edit {
  return { width, height, turns: 0, marks: [] };
}

/** Whether the picture is as it was. */
export function isUntouched(edit: Edit): boolean {
  return edit.turns === 0 && edit.marks.every((mark) => isEmpty(mark));
}

function isEmpty(mark: Mark): boolean {
  return mark.kind === 'word' && !mark.text.trim();
}

/** A quarter turn clockwise; every mark goes with the picture, and words stay upright. */
export function turned(edit: Edit): Edit {
  const { width, height } = edit;
  const point = ({ x, y }: Point) => ({ x: height - y, y: x });
  const turn = (mark: Mark): Mark => {
    const { kind, from, to } = mark;
    if (kind === 'arrow') return { ...mark, from: point(from), to: point(to) };
    const area = areaOf({ from: point(from), to: point(to) });
    return kind === 'word' ? { ...mark, ...spanOf(onItsSide(area)) } : { ...mark, ...spanOf(area) };
  };
  const all = { width: height, height: width, turns: (edit.turns + 1) % 4, marks: edit.marks.map(turn) };
  return { ...all, marks: all.marks.map((mark) => moved(all, mark, 0, 0)) };
}

function onItsSide({ x, y, width, height }: Box): Box {
  return { x: x + (width - height) / 2, y: y + (height - width) / 2, width: height, height: width };
}

/** A new mark between two points; the crop is only one. Returns the picture and the mark's id. */
export function drawn(edit: Edit, kind: Tool, from: Point, to: Point): { edit: Edit; id: number } {
  const id = 1 + Math.max(0, ...edit.marks.map((mark) => mark.id));
  const others = edit.marks.filter((mark) => kind !== 'crop' || mark.kind !== 'crop');
  const mark = grown(edit, { id, kind, from, to, text: '', isSolid: true });
  return { edit: { ...edit, marks: [...others, mark] }, id };
}

/** A new mark of the usual size around a point. */
export function placed(edit: Edit, kind: Tool, at: Point): { edit: Edit; id: number } {
  const [across, down] = SIZES[kind];
  // Covers and circles are as wide as they are high on the screen, whatever the picture's shape.
  const side = Math.min(edit.width, edit.height);
  const isRound = kind === 'cover' || kind === 'circle';
  const [width, height] = isRound ? [across * side, down * side] : [across * edit.width, down * edit.height];
  // An arrow points at the place; everything else lies around it.
  const to = kind === 'arrow' ? at : { x: at.x + width / 2, y: at.y + height / 2 };
  return drawn(edit, kind, { x: to.x - width, y: to.y + (kind === 'arrow' ? height : -height) }, to);
}

/** The picture with one mark altered. */
export function altered(edit: Edit, id: number, part: Partial<Mark>): Edit {
  return { ...edit, marks: edit.marks.map((mark) => (mark.id === id ? grown(edit, { ...mark, ...part }) : mark)) };
}

/** The picture without one mark. */
export function without(edit: Edit, id: number): Edit {
  return { ...edit, marks: edit.marks.filter((mark) => mark.id !== id) };
}

/** A mark moved, as far as the picture reaches. */
export function moved(edit: Edit, mark: Mark, dx: number, dy: number): Mark {
  const { x, y, width, height } = areaOf(mark);
  const right = within(dx, -x, edit.width - x - width);
  const down = within(dy, -y, edit.height - y - height);
  const by = (point: Point) => ({ x: point.x + right, y: point.y + down });
  return { ...mark, from: by(mark.from), to: by(mark.to) };
}

/** A mark made larger or smaller around its middle. */
export function scaled(edit: Edit, mark: Mark, factor: number): Mark {
  const middle = { x: (mark.from.x + mark.to.x) / 2, y: (mark.from.y + mark.to.y) / 2 };
  const away = (point: Point) => ({
    x: middle.x + (point.x - middle.x) * factor,
    y: middle.y + (point.y - middle.y) * factor,
  });
  return grown(edit, { ...mark, from: away(mark.from), to: away(mark.to) });
}

/** The rectangle that a mark spans. */
export function areaOf({ from, to }: Pick<Mark, 'from' | 'to'>): Box {
  const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  return { x, y, width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y) };
}

/** What of the picture stays, in whole pixels. */
export function cropOf(edit: Edit): Box {
  const crop = edit.marks.find((mark) => mark.kind === 'crop');
  const { x, y, width, height } = crop ? areaOf(crop) : { x: 0, y: 0, width: edit.width, height: edit.height };
  return { x: Math.round(x), y: Math.round(y), width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) };
}

/** Into how many blocks a covered area falls: at most twelve, each at least a twelfth of it, so that no face is left. */
export function blocksOf({ width, height }: Pick<Box, 'width' | 'height'>): { across: number; down: number } {
  const across = within(Math.round(Math.sqrt((12 * width) / Math.max(1, height))), 1, 12);
  return { across, down: Math.max(1, Math.floor(12 / across)) };
}

function spanOf({ x, y, width, height }: Box): Pick<Mark, 'from' | 'to'> {
  return { from: { x, y }, to: { x: x + width, y: y + height } };
}

/** Inside the picture, and large enough to be seen and taken hold of. */
function grown(edit: Edit, mark: Mark): Mark {
  const inside = ({ x, y }: Point) => ({ x: within(x, 0, edit.width), y: within(y, 0, edit.height) });
  const [from, to] = [inside(mark.from), inside(mark.to)];
  const least = LEAST * Math.min(edit.width, edit.height);
  if (mark.kind === 'arrow') {
    const isLong = Math.hypot(to.x - from.x, to.y - from.y) >= least;
    return { ...mark, from: isLong ? from : inside({ x: to.x - least, y: to.y }), to };
  }
  const far = (a: number, b: number, end: number) => (Math.abs(a - b) >= least ? b : a + least <= end ? a + least : a - least);
  return { ...mark, from, to: { x: far(from.x, to.x, edit.width), y: far(from.y, to.y, edit.height) } };
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
