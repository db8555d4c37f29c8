"""Everything that a machine can hold of a screen's accessibility, seen in one go: `faults(device)`.

The screen stays as it is; its window, colours and text size change and come back. The checks themselves are in
access.js, where they look at the page.
"""

from pathlib import Path

from tests.browser.device import DESK, PHONE, Device

CHECKS = Path(__file__).with_suffix(".js").read_text()
NARROW = {"width": 320, "height": 640}
USUAL, DOUBLE = 16, 32
"""Text sizes as people set them in the browser, in pixels."""
TARGET = 48
"""The least width and height of what is touched, in pixels."""
MOST_STOPS = 400
"""When Tab has not come round by then, it never will."""


def faults(device: Device) -> list[str]:
    """What is wrong with the screen as it is now, for a phone and a desk, in all that people set for themselves."""
    found = [*under("desk", on_desk(device)), *under("phone", on_phone(device))]
    found += [*under("320 px", narrow(device)), *under("double text", double(device))]
    return [*found, *under("forced colours", forced(device))]


def under(where: str, found: list[str]) -> list[str]:
    return [f"{where}: {fault}" for fault in found]


def on_desk(device: Device) -> list[str]:
    resize(device, DESK)
    return device.axe()


def on_phone(device: Device) -> list[str]:
    resize(device, PHONE)
    return device.axe() + dark(device) + check(device, f"small({TARGET})")


def dark(device: Device) -> list[str]:
    """Nothing but colours differs in the dark. They change at once for those who ask for no motion."""
    device.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found = device.axe("color-contrast")
    device.page.emulate_media(color_scheme="light")
    device.page.emulate_media(reduced_motion="no-preference")
    return found


def narrow(device: Device) -> list[str]:
    resize(device, NARROW)
    found = check(device, "sideways()")
    resize(device, PHONE)
    return found


def double(device: Device) -> list[str]:
    """Text of twice the size, set as in the browser's own settings, which media queries follow too."""
    set_text(device, DOUBLE)
    found = check(device, "sideways()")
    set_text(device, USUAL)
    return found


def forced(device: Device) -> list[str]:
    """In forced colours and without motion: edges, choices, and a walk by Tab through everything."""
    device.page.emulate_media(forced_colors="active", reduced_motion="reduce")
    device.wait_until_still()
    found = [fault for name in ("moving()", "faint()") for fault in check(device, name)] + tab_through(device)
    device.page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    return found


def tab_through(device: Device) -> list[str]:
    """The focus moves when Tab goes down; letting it go each time would double the time that this takes.

    Leaves the page at its top.
    """
    n_stops: int = device.page.evaluate("() => access.begin()")
    keys = device.context.new_cdp_session(device.page)
    press = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
    for n in range(MOST_STOPS):
        keys.send("Input.dispatchKeyEvent", press)
        if n >= n_stops and device.page.evaluate("() => access.isThrough()"):
            break
    keys.detach()
    found = check(device, "end()")
    device.page.evaluate("() => scrollTo(0, 0)")
    return found


def check(device: Device, call: str) -> list[str]:
    if not device.page.evaluate("() => 'access' in window"):
        device.page.evaluate(f"() => {{ {CHECKS} }}")
    found: list[str] = device.page.evaluate(f"() => access.{call}")
    return found


def resize(device: Device, size: dict[str, int]) -> None:
    device.page.set_viewport_size({"width": size["width"], "height": size["height"]})
    device.wait_until_still()


def set_text(device: Device, pixels: int) -> None:
    session = device.context.new_cdp_session(device.page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": pixels, "fixed": pixels}})
    session.detach()
