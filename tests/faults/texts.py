"""Texts that are easily damaged on the way to a database and back."""

# Right to left, marks that combine, signs of four bytes, families of emoji, spaces of all kinds,
# what looks like markup and what looks like the end of a line.
SAMPLES = (
    "نعم، الوصول إلى الإنترنت",
    "שלום \u200fעולם\u200e",
    "ไม่มีอินเทอร์เน็ต",
    "हिन्दी क्षेत्र",
    "e\u0301 e\u0301\u0327\u0323 Z\u0351\u036b\u0343a\u0334\u0358lgo",
    "𠜎𠜱 𝔘𝔫𝔦 𐍈 🙂",
    "👩🏽‍🌾👨‍👩‍👧‍👦 🇧🇷🇰🇪",
    "no-break\u00a0space, thin\u2009space, zero\u200bwidth",
    "\u2028a line separator\u2029 and \x85 and \x0b and \x0c",
    "\ttabs\tand    spaces",
    "**bold** <b>&amp;</b> [link](https://example.org/?a=1&b=2) `%00 %s {{ x }}`",
    "\ufeffa mark of byte order, \ufffd, \U0010ffff",
    "İıſß ﬁ K Å",
)
TRAILS = ("", "", " ", "   ", "\t", "\u00a0")
LONGEST = 12  # lines


def text(dice, mark):
    """A text with a mark to know it by, its lines ended as browsers send them."""
    lines = [line(dice) for _ in range(dice.randint(1, LONGEST))]
    lines.insert(dice.randint(0, len(lines)), f"Text {mark}")
    return "\r\n".join(lines) + dice.choice(("", "\r\n", "\r\n\r\n", "  "))


def line(dice):
    words = [dice.choice((dice.choice(SAMPLES), anything(dice))) for _ in range(dice.randint(0, 3))]
    return " ".join(words) + dice.choice(TRAILS)


def anything(dice):
    """A few signs from all of Unicode; halves of pairs and NUL are none."""
    numbers = (dice.randint(0x20, 0x10FFFF) for _ in range(dice.randint(1, 8)))
    return "".join(chr(number) for number in numbers if not 0xD800 <= number <= 0xDFFF)
