/**
 * What a machine can see of a screen's accessibility beside axe, gathered in `window.access` by `access.py`.
 * Each check returns what it finds wrong, one line for each element.
 */
window.access = (() => {
  const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  const DRAWN = 'svg, img, canvas';
  /** Drawings in two dimensions, and the board's strip of groups: these may be wider than what is seen of them. */
  const PANS = '.frame, [data-scroll], [data-scroll] *';

  const name = (one) => one.outerHTML.replace(/\s+/g, ' ').slice(0, 140);
  const styleOf = (one) => getComputedStyle(one);

  /** The sheet on top of the page if there is one: nothing else can be reached. */
  const ground = () => [...document.querySelectorAll('dialog:modal')].at(-1) ?? document.body;

  const isThere = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('[inert]') && !one.disabled;
  const controls = () => [...ground().querySelectorAll(CONTROLS)].filter(isThere);

  /** What stands for a control on the screen, where the control itself is laid unseen over it. */
  const looks = (one) => (styleOf(one).opacity === '0' || one.matches('.hidden-text') ? (one.nextElementSibling ?? one.labels?.[0] ?? one) : one);

  /** What is wider than its place: the page, what scrolls or is cut, and words that stick out of their box. */
  function sideways() {
    const isWanted = (one) => one.checkVisibility() && !one.matches(`.hidden-text, input, html, body, svg *, ${PANS}`)
      && !one.querySelector(PANS);
    const isWords = (one) => one.matches('h1, h2, h3, p, a, button, span, label, legend, summary, th, td, dt, dd');
    const matters = (one) => styleOf(one).overflowX !== 'visible'
      || (isWords(one) && !styleOf(one).display.startsWith('inline'))
      || one.getBoundingClientRect().left + one.scrollWidth > innerWidth - 4;
    const full = [...document.querySelectorAll('*')].filter((one) =>
      one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1 && isWanted(one) && matters(one));
    const root = document.documentElement;
    return [
      ...(root.scrollWidth > innerWidth ? [`the page is ${root.scrollWidth} wide`] : []),
      ...full.filter((one) => !full.some((other) => other !== one && one.contains(other)))
        .map((one) => `${one.scrollWidth} in ${one.clientWidth}: ${name(one)}`),
    ];
  }

  function moving() {
    const isTimed = (one) => ['transitionDuration', 'animationDuration'].some((each) =>
      styleOf(one)[each].split(',').some((time) => parseFloat(time) > 0));
    return [
      ...[...document.querySelectorAll('body *')].filter(isTimed).map((one) => `would move: ${name(one)}`),
      ...document.getAnimations().filter((one) => one.playState === 'running').map((one) => `moves: ${name(one.effect.target)}`),
    ];
  }

  /** Controls below `least` pixels either way; a link within a sentence is as high as the sentence. */
  function small(least) {
    const isInText = (one) => one.matches('a') && styleOf(one).display === 'inline';
    const size = (one) => [one, ...(one.labels ?? [])].map((each) => each.getBoundingClientRect())
      .reduce(([width, height], box) => [Math.max(width, box.width), Math.max(height, box.height)], [0, 0]);
    return controls().filter((one) => !isInText(one)).flatMap((one) => {
      const [width, height] = size(one);
      return Math.min(width, height) < least - 0.5 ? [`${width.toFixed()} x ${height.toFixed()}, not ${least}: ${name(one)}`] : [];
    });
  }

  /** In forced colours: what has neither edge, line nor drawing, and what is chosen in colour alone. */
  function faint() {
    const hasEdge = (style) => ['Top', 'Right', 'Bottom', 'Left'].some((side) =>
      style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) > 0);
    const isPlain = (one) => one.matches('[tabindex="0"]') && !one.matches('a, button, input, select, textarea, summary');
    const isSeen = (one) => one.matches('a, summary, input[type=checkbox], input[type=radio]') || one.querySelector(DRAWN)
      || [one, ...one.querySelectorAll('*')].some((each) => hasEdge(styleOf(each)) || styleOf(each).textDecorationLine !== 'none');
    return [
      ...controls().filter((one) => !isPlain(one) && !isSeen(looks(one))).map((one) => `no edge: ${name(one)}`),
      ...chosenByColour(),
    ];
  }

  /** Chosen things that look the same, but for colour, when they are not chosen. */
  function chosenByColour() {
    const shape = (one) => {
      const { fontWeight, borderTopWidth, borderBottomWidth, borderTopStyle, outlineStyle, textDecorationLine, forcedColorAdjust } = styleOf(one);
      return [fontWeight, borderTopWidth, borderBottomWidth, borderTopStyle, outlineStyle, textDecorationLine, forcedColorAdjust].join();
    };
    const states = [...ground().querySelectorAll('[aria-pressed=true], [aria-current]:not([aria-current=false]), [aria-selected=true]')]
      .filter(isThere).map((one) => {
        const [state] = ['aria-pressed', 'aria-current', 'aria-selected'].filter((each) => one.hasAttribute(each));
        const value = one.getAttribute(state);
        return [one, () => one.removeAttribute(state), () => one.setAttribute(state, value)];
      });
    const inputs = [...ground().querySelectorAll('input:checked')].filter((one) => isThere(one) && looks(one) !== one)
      .map((one) => [one, () => (one.checked = false), () => (one.checked = true)]);
    return [...states, ...inputs].flatMap(([one, unset, reset]) => {
      const before = shape(looks(one));
      unset();
      const after = shape(looks(one));
      reset();
      return before === after ? [`chosen by colour alone: ${name(one)}`] : [];
    });
  }

  const walk = { due: new Set(), seen: [], bare: new Set(), hidden: new Set(), faults: [], isThrough: false };

  /** Begin at the top of the page; of the radio buttons of one question Tab stops at one. Returns the number of stops. */
  function begin() {
    const radios = (one) => [...document.querySelectorAll(`input[type=radio][name="${one.name}"]`)].filter(isThere);
    const isStop = (one) => one.tabIndex >= 0
      && (one.type !== 'radio' || one === (radios(one).find((other) => other.checked) ?? radios(one)[0]));
    Object.assign(walk, { due: new Set(controls().filter(isStop)), seen: [], faults: [], isThrough: false });
    document.addEventListener('focusin', arrived);
    document.addEventListener('keydown', leaving, true);
    const top = document.createElement('span');
    top.tabIndex = -1;
    ground().prepend(top);
    top.focus();
    top.remove();
    Object.assign(walk, { seen: [], bare: new Set(), hidden: new Set() });
    return walk.due.size;
  }

  function arrived({ target }) {
    if (walk.isThrough || walk.seen.includes(target)) {
      walk.isThrough = true;
      return;
    }
    const before = walk.seen.at(-1);
    walk.seen.push(target);
    walk.bare.add(target);
    walk.hidden.add(target);
    walk.due.delete(target);
    if (before?.isConnected && !(before.compareDocumentPosition(target) & 4)) walk.faults.push(`out of order: ${name(target)}`);
    else if (before?.isConnected && isAbove(target, before)) walk.faults.push(`goes back up: ${name(target)}`);
  }

  /** Whether `one` stands right above `other` on the screen, both lying in the page itself. */
  function isAbove(one, other) {
    if ([one, other].some((each) => each.closest(PANS) || isStuck(each))) return false;
    const [a, b] = [one, other].map((each) => each.getBoundingClientRect());
    return a.bottom <= b.top + 1 && a.left < b.right && b.left < a.right;
  }

  const isStuck = (one) => !!one && one !== document.body && (['fixed', 'sticky'].includes(styleOf(one).position) || isStuck(one.parentElement));

  /** Judged when the focus is about to go on: by then it has been scrolled to. Within dates and times it goes on several times. */
  function leaving({ key }) {
    const one = document.activeElement;
    if (key === 'Tab' && !walk.isThrough && walk.seen.includes(one)) judge(one);
  }

  function judge(one) {
    const isRinged = (each) => each && styleOf(each).outlineStyle !== 'none' && parseFloat(styleOf(each).outlineWidth) > 0;
    if ([one, looks(one), one.closest('label')].some(isRinged)) walk.bare.delete(one);
    if (isInSight(one)) walk.hidden.delete(one);
  }

  function isInSight(one) {
    const box = looks(one).getBoundingClientRect();
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth) - 1];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight) - 1];
    const points = [[left, top], [right, top], [(left + right) / 2, (top + bottom) / 2], [left, bottom], [right, bottom]];
    return points.some(([x, y]) => {
      const found = document.elementFromPoint(x, y);
      return found && (looks(one).contains(found) || one.contains(found) || found.contains(one) || one.labels?.[0]?.contains(found));
    });
  }

  const isThrough = () => walk.isThrough || (document.activeElement === document.body && walk.seen.length > 0);

  function end() {
    document.removeEventListener('focusin', arrived);
    document.removeEventListener('keydown', leaving, true);
    const isOver = isThrough();
    // On a busy machine the focus may go on before the next key is heard of: such stops are looked at once more.
    for (const one of new Set([...walk.bare, ...walk.hidden])) {
      one.focus({ focusVisible: true });
      if (document.activeElement === one) judge(one);
    }
    const missed = [...walk.due].filter((one) => one.isConnected && isThere(one));
    return [
      ...walk.faults,
      ...[...walk.bare].map((one) => `no sign of focus: ${name(one)}`),
      ...[...walk.hidden].map((one) => `focused, but out of sight: ${name(one)}`),
      ...(isOver || !walk.seen.length ? [] : [`trapped: ${name(document.activeElement)}`]),
      ...missed.map((one) => `passed over: ${name(one)}`),
    ];
  }

  return { sideways, moving, small, faint, begin, isThrough, end };
})();
