"""Takes the picture of a page in a browser without a window."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image

_COLOURS: Final = 160
"""As many as boards need, with the grey edges of letters: less than half of the bytes."""

BROWSER: Final = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What makes it look at a page without a window, and at nothing else."""


def taken(page: str, width: int, height: int, picture: Path) -> None:
    """Write the picture of a page. Raises RuntimeError without a browser, and where it takes none."""
    if BROWSER is None:
        raise RuntimeError("there is no chromium to take pictures with: install the package chromium")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "board.html"
        source.write_text(page, encoding="utf-8")
        done = subprocess.run(
            [
                BROWSER,
                *FLAGS,
                "--hide-scrollbars",
                f"--user-data-dir={folder}/profile",
                f"--window-size={width},{height}",
                f"--screenshot={picture}",
                source.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    if not picture.is_file():
        raise RuntimeError(f"{BROWSER} took no picture: {done.stderr.strip()[-500:]}")
    with Image.open(picture) as whole:
        whole.convert("RGB").quantize(_COLOURS).save(picture, optimize=True)
