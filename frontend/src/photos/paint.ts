/**
 * Draws an edited picture: the turned picture, then its covers, then arrows, circles and words. The same
 * strokes make the preview on the screen and, in a worker, the picture that is kept.
 */
import { areaOf, blocksOf, type Box, type Edit, type Mark, type Point } from './edit';

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

const INK = '#14181a';
const RED = '#d4001a';
const PAPER = '#fff';

/** Draw the part `box` of the picture over the whole canvas, `scale` canvas pixels for each of the picture's. */
export function paint(context: Context, picture: CanvasImageSource, edit: Edit, box: Box, scale: number): void {
  context.setTransform(scale, 0, 0, scale, -box.x * scale, -box.y * scale);
  context.imageSmoothingQuality = 'high';
  paintPicture(context, picture, edit);
  const covers = edit.marks.filter((mark) => mark.kind === 'cover');
  for (const cover of covers) paintCover(context, cover);
  for (const mark of edit.marks) paintDrawing(context, mark, edit);
}

function paintPicture(context: Context, picture: CanvasImageSource, { width, height, turns }: Edit): void {
  const corner: [number, number][] = [[0, 0], [width, 0], [width, height], [0, height]];
  context.save();
  context.translate(...corner[turns]!);
  context.rotate((turns * Math.PI) / 2);
  context.drawImage(picture, 0, 0, turns % 2 ? height : width, turns % 2 ? width : height);
  context.restore();
}

/** Whole canvas pixels, rounded outwards: at the edge of a cover nothing may shine through. */
function onCanvas(context: Context, mark: Mark): Box {
  const { a: scale, e, f } = context.getTransform();
  const area = areaOf(mark);
  const [left, top] = [Math.max(0, Math.floor(area.x * scale + e)), Math.max(0, Math.floor(area.y * scale + f))];
  const right = Math.min(context.canvas.width, Math.ceil((area.x + area.width) * scale + e));
  const bottom = Math.min(context.canvas.height, Math.ceil((area.y + area.height) * scale + f));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function paintCover(context: Context, mark: Mark): void {
  const box = onCanvas(context, mark);
  if (box.width <= 0 || box.height <= 0) return;
  context.save();
  const blocks = mark.isSolid ? [{ ...box, colour: INK }] : averages(context, box);
  context.resetTransform();
  for (const { x, y, width, height, colour } of blocks) {
    context.fillStyle = colour;
    context.fillRect(x, y, width, height);
  }
  context.restore();
}

/** The covered area as a few blocks, each of one colour. */
function averages(context: Context, box: Box): (Box & { colour: string })[] {
  const { across, down } = blocksOf(box);
  const edge = (start: number, size: number, n: number, of: number) => start + Math.round((size * n) / of);
  return Array.from({ length: across * down }, (_, n) => {
    const [column, line] = [n % across, Math.floor(n / across)];
    const [x, y] = [edge(box.x, box.width, column, across), edge(box.y, box.height, line, down)];
    const width = edge(box.x, box.width, column + 1, across) - x;
    const height = edge(box.y, box.height, line + 1, down) - y;
    return { x, y, width, height, colour: width && height ? average(context.getImageData(x, y, width, height).data) : INK };
  });
}

function average(pixels: Uint8ClampedArray): string {
  const sum = [0, 0, 0];
  for (let at = 0; at < pixels.length; at += 4) {
    for (let part = 0; part < 3; part += 1) sum[part]! += pixels[at + part]!;
  }
  return `rgb(${sum.map((value) => Math.round((value * 4) / pixels.length)).join(' ')})`;
}

function paintDrawing(context: Context, mark: Mark, { width, height }: Edit): void {
  const thick = Math.max(width, height) / 140;
  if (mark.kind === 'word') paintWord(context, mark);
  if (mark.kind === 'arrow') stroked(context, arrow(mark.from, mark.to, thick * 5), thick);
  if (mark.kind === 'circle') {
    const { x, y, width: across, height: down } = areaOf(mark);
    const path = new Path2D();
    path.ellipse(x + across / 2, y + down / 2, across / 2, down / 2, 0, 0, 2 * Math.PI);
    stroked(context, path, thick);
  }
}

/** Red on white, so that it is seen on any ground and by everyone. */
function stroked(context: Context, path: Path2D, thick: number): void {
  context.lineCap = context.lineJoin = 'round';
  for (const [colour, width] of [[PAPER, thick * 1.9], [RED, thick]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
}

function arrow(from: Point, to: Point, size: number): Path2D {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const path = new Path2D();
  path.moveTo(from.x, from.y);
  path.lineTo(to.x, to.y);
  const barb = (side: number) => [to.x - size * Math.cos(angle + side), to.y - size * Math.sin(angle + side)] as const;
  path.moveTo(...barb(0.5));
  path.lineTo(to.x, to.y);
  path.lineTo(...barb(-0.5));
  return path;
}

function paintWord(context: Context, mark: Mark): void {
  const text = mark.text.trim();
  if (!text) return;
  const { x, y, width, height } = areaOf(mark);
  const font = (size: number) => `600 ${size}px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif`;
  context.font = font(height * 0.68);
  const size = height * 0.68 * Math.min(1, (width * 0.92) / context.measureText(text).width);
  context.fillStyle = PAPER;
  context.beginPath();
  context.roundRect(x, y, width, height, height * 0.15);
  context.fill();
  context.font = font(size);
  context.fillStyle = INK;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x + width / 2, y + height / 2 + size * 0.05);
}
