/** What a plan looks like when it is a sketch. The report draws the same zones: benchmark/templates/reports/plan.typ. */
import type { Item } from '../local/records';

/** From the top of the sketch down; `plan_zone.…` of the catalogue names them. */
export const ZONES = ['back', 'middle', 'entrance'] as const;

/** Whether there is anything to put pins on. */
export function isDrawn(plan: Item<'plan'>): boolean {
  return plan.photo_id !== null || plan.sketch !== null;
}

/** Width / height of a plan; a sketch is a square. */
export function ratioOf(photo: { width: number; height: number } | undefined): number {
  return photo?.width && photo.height ? photo.width / photo.height : 1;
}
