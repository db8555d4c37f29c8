"""5,000 observations on a phone whose CPU is four times slower than this one: opening the app, scrolling, searching.

The browser slows down the page's thread alone, so what the finder's worker takes is counted four times as well.
"""

import statistics

from playwright.sync_api import Page, expect

from perf.phone import SLOWER, full_phone, seconds_to_list
from perf.table import Figure, show

N_OBSERVATIONS, N_RUNS = 5_000, 5
# From here on, notes whatever blocks the page.
WATCH = """() => {
    window.blocked = [];
    new PerformanceObserver(list => blocked.push(...list.getEntries().map(one => one.duration)))
        .observe({type: 'longtask'});
}"""
# Types and resolves, when the answer has been drawn, to the milliseconds it took, and those of them in the worker.
TYPE = """words => new Promise(resolve => {
    const begun = performance.now();
    new PerformanceObserver((list, watch) => {
        watch.disconnect();
        const [inWorker] = list.getEntries();
        requestAnimationFrame(() => setTimeout(() => resolve([performance.now() - begun, inWorker.duration])));
    }).observe({type: 'measure'});
    const field = document.querySelector('input[type=search]');
    field.value = words;
    field.dispatchEvent(new InputEvent('input', {bubbles: true}));
})"""


def longest_task_of_scrolling(page: Page) -> float:
    """Scroll through a few hundred rows as a thumb does, and back; milliseconds of the longest task."""
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.wait_for_function("() => performance.getEntriesByName('finder').length")
    page.evaluate(WATCH)
    page.mouse.move(200, 500)
    for way in (1, -1):
        for _ in range(60):
            page.mouse.wheel(0, way * 400)
            page.evaluate("() => new Promise(requestAnimationFrame)")
    return max(page.evaluate("() => blocked"), default=0.0)


def keystrokes(page: Page) -> list[float]:
    """Milliseconds from each key to the drawn answer, the worker's share as on the slower CPU."""
    expect(page.get_by_role("searchbox")).to_be_visible()
    word = "karttoja"
    took = [page.evaluate(TYPE, word[:end]) for end in range(1, len(word) + 1)]
    return [whole + (SLOWER - 1) * in_worker for whole, in_worker in took]


def main() -> None:
    with full_phone(N_OBSERVATIONS) as (device, study):
        starts = [seconds_to_list(device, study) for _ in range(N_RUNS)]
        blocked = longest_task_of_scrolling(device.page)
        keys = keystrokes(device.page)
    on = f"{N_OBSERVATIONS} observations, CPU {SLOWER}× slower"
    show(
        Figure(f"start without a network to the list, {on}", statistics.median(starts), 1.0, "s"),
        Figure(f"scrolling the list, longest task, {on}", blocked, 50, "ms"),
        Figure(f"search, from key to drawn result, median, {on}", statistics.median(keys), 50, "ms"),
        Figure(f"search, from key to drawn result, slowest, {on}", max(keys), 100, "ms"),
    )


if __name__ == "__main__":
    main()
