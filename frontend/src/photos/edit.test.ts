import { describe, expect, it } from 'vitest';
import { altered, areaOf, blocksOf, cropOf, drawn, isUntouched, moved, placed, scaled, turned, untouched, without } from './edit';

const picture = untouched(400, 300);
const at = (x: number, y: number) => ({ x, y });

describe('turning', () => {
  it('takes the covered place along', () => {
    const { edit } = drawn(picture, 'cover', at(10, 20), at(60, 100));
    const once = turned(edit);
    expect([once.width, once.height, once.turns]).toEqual([300, 400, 1]);
    expect(areaOf(once.marks[0]!)).toEqual({ x: 200, y: 10, width: 80, height: 50 });
  });

  it('comes back to where it began after four quarters', () => {
    let { edit } = drawn(picture, 'cover', at(10, 20), at(60, 100));
    ({ edit } = drawn(edit, 'arrow', at(300, 250), at(200, 40)));
    expect(turned(turned(turned(turned(edit))))).toEqual(edit);
  });

  it('keeps a word upright and inside', () => {
    const { edit } = placed(picture, 'word', at(200, 5));
    const before = areaOf(edit.marks[0]!);
    const after = areaOf(turned(edit).marks[0]!);
    expect([after.width, after.height]).toEqual([before.width, before.height]);
    expect(after.x + after.width).toBeLessThanOrEqual(300);
  });
});

describe('marks', () => {
  it('never leave the picture', () => {
    const { edit, id } = placed(picture, 'cover', at(395, 2));
    const mark = edit.marks[0]!;
    expect(areaOf(mark).x + areaOf(mark).width).toBe(400);
    const far = moved(edit, mark, 1000, 1000);
    expect(far.to).toEqual(at(400, 300));
    const huge = altered(edit, id, { from: at(-50, -50), to: at(900, 900) }).marks[0]!;
    expect(areaOf(huge)).toEqual({ x: 0, y: 0, width: 400, height: 300 });
  });

  it('never shrink to nothing', () => {
    const { edit } = drawn(picture, 'cover', at(400, 300), at(400, 300));
    const small = scaled(edit, edit.marks[0]!, 0);
    expect(areaOf(small).width).toBeGreaterThan(5);
    expect(areaOf(small).height).toBeGreaterThan(5);
  });

  it('point an arrow at the place that was tapped', () => {
    const { edit } = placed(picture, 'arrow', at(200, 100));
    expect(edit.marks[0]!.to).toEqual(at(200, 100));
  });

  it('have one crop at most', () => {
    const first = drawn(picture, 'crop', at(0, 0), at(100, 100)).edit;
    const second = drawn(first, 'crop', at(10.4, 10.6), at(50, 50)).edit;
    expect(second.marks).toHaveLength(1);
    expect(cropOf(second)).toEqual({ x: 10, y: 11, width: 40, height: 39 });
    expect(cropOf(picture)).toEqual({ x: 0, y: 0, width: 400, height: 300 });
  });

  it('count as nothing when a word has no letters', () => {
    const { edit, id } = placed(picture, 'word', at(100, 100));
    expect(isUntouched(edit)).toBe(true);
    expect(isUntouched(altered(edit, id, { text: 'Kartta' }))).toBe(false);
    expect(isUntouched(without(altered(edit, id, { text: 'Kartta' }), id))).toBe(true);
  });
});

describe('blocks of a covered area', () => {
  it.each([[100, 100], [300, 40], [40, 300], [1, 1], [2048, 5], [5, 2048]])('are never more than twelve: %d × %d', (width, height) => {
    const { across, down } = blocksOf({ width, height });
    expect(across * down).toBeGreaterThanOrEqual(1);
    expect(across * down).toBeLessThanOrEqual(12);
  });
});
