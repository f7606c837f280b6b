"""Pictures for formats that do not take every SVG."""

# Dots to an inch, and how wide a picture is drawn.
SHARPNESS, WIDTH = 200, "15cm"
SOURCE = f"""#set document(title: "picture")
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), width: {WIDTH}, alt: "picture")"""


def in_dots(svg):
    """As PNG."""
    return compiler_of(svg).compile(format="png", ppi=SHARPNESS)


def is_taken(svg, standard):
    """Does typst set it in a document of this standard? Words in two scripts at once it refuses in
    pictures, whatever the fonts."""
    import typst

    try:
        compiler_of(svg).compile(format="pdf", pdf_standards=[standard])
    except typst.TypstError:
        return False
    return True


def compiler_of(svg):
    # Megabytes that web processes do without.
    import typst

    return typst.Compiler(SOURCE.encode(), sys_inputs={"svg": svg})
