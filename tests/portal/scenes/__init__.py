"""Every page of the holder's in every state: one list for the accessibility tests, the screenshots and the words.

A scene sets the stage once; its views are looked at in order. Add a page or a state here, and it is checked by axe,
at 320 px, at 200 % zoom, in the dark, and photographed by `make screenshots`.
"""

from tests.portal.scenes import after, electing, ends, forms, getting_in
from tests.portal.scenes.base import SCENES, View

__all__ = ["SCENES", "View", "after", "electing", "ends", "forms", "getting_in"]
