"""A process of its own that has typst set a PDF: it takes much memory, and ends with it.

Run as a file, so that it loads nothing else: typesetter.py TEMPLATE OUTPUT STANDARD SECONDS

Seconds: when the document was made, since 1970.
"""

import sys
from pathlib import Path

REFUSED = 3


def main(template, output, standard, seconds):
    # Whoever only looks up REFUSED does without it.
    import typst

    compiler = typst.Compiler(template, root=Path(template).parent)
    try:
        compiler.compile(
            output=output, format="pdf", pdf_standards=[standard], timestamp=int(seconds)
        )
    except typst.TypstError as error:
        sys.stdout.write(f"{error.message}\n{error.diagnostic}")
        sys.exit(REFUSED)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main(*sys.argv[1:])
