/** The three feelings and their icons; the words beside them are `feeling.…` of the catalogue. */
import doesNot from 'lucide-static/icons/thumbs-down.svg?raw';
import surprises from 'lucide-static/icons/sparkles.svg?raw';
import works from 'lucide-static/icons/thumbs-up.svg?raw';
import type { Feeling } from '../local/records';

export const FEELINGS: Feeling[] = ['works', 'does_not', 'surprises'];
export const FEELING_ICONS: Record<Feeling, string> = { works, does_not: doesNot, surprises };
