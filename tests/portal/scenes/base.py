"""What scenes are made of: a view of a page, the list of scenes, what one does on a page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.portal.conftest import Stage

STRANGER = ""


@dataclass(frozen=True)
class View:
    """A page as one person sees it; `do` brings it into its state once it is there. `who` '' is a stranger."""

    name: str
    path: str
    who: str = "L101"
    do: Callable[[Page], None] | None = None


Scene = Callable[[Stage], Sequence[View]]
SCENES: dict[str, Scene] = {}


def scene(build: Scene) -> Scene:
    SCENES[build.__name__.removeprefix("scene_").replace("_", "-")] = build
    return build


def pages(stage: Stage, *named: tuple[str, str], who: str = "L101") -> Iterator[View]:
    """Views of pages of the offer, by name and the rest of the address."""
    for name, rest in named:
        yield View(name, stage.url(rest), who)


def press(button: str) -> Callable[[Page], None]:
    """Press a button and wait for the page that answers, however long a script takes to ask for it."""

    def do(page: Page) -> None:
        page.evaluate("window.isTheOldPage = true")
        page.get_by_role("button", name=button).first.click()
        page.wait_for_function("!window.isTheOldPage && document.readyState === 'complete'")

    return do


def unfold(page: Page) -> None:
    """Everything that can be folded out is."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
