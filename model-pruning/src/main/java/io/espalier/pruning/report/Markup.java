package io.espalier.pruning.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Writes HTML and SVG that is well-formed XML too. Whatever is given as text or as an attribute's value comes out as exactly that: names from a model
 * or a data set can neither open an element nor turn the writing direction of what follows.
 */
final class Markup {
    /** Stands for characters that no page may hold, and for those that would reorder its text. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** Opens an element; attributes are names and values in turn. */
    Markup open(String element, String... attributes) {
        start(element, attributes);
        out.append('>');
        open.push(element);
        return this;
    }

    /** Closes the element that was opened last. */
    Markup close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** Closes and begins a new line, to keep the page readable as text. */
    Markup closeLine() {
        close();
        out.append('\n');
        return this;
    }

    /** A whole element with text in it. */
    Markup element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close();
    }

    /** An element that has no content, now or ever. */
    Markup shape(String element, String... attributes) {
        start(element, attributes);
        out.append("/>");
        return this;
    }

    /** An SVG element with nothing but a tooltip. */
    Markup shapeWithTitle(String element, String title, String... attributes) {
        return open(element, attributes).element("title", title).close();
    }

    Markup text(String text) {
        escape(text);
        return this;
    }

    /** Text of the program's own, such as its style sheet; never anything that was read. */
    Markup trusted(String text) {
        out.append(text);
        return this;
    }

    /** A coordinate as SVG wants it, in hundredths. */
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }

    /** A text no longer than this, with an ellipsis where something was cut. */
    static String clipped(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }

    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("Not closed: " + open);
        }
        return out.toString();
    }

    private void start(String element, String... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
    }

    private void escape(String text) {
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n' -> out.append('\n');
                default -> {
                    if (isHarmful(point)) {
                        out.append(REPLACEMENT);
                    } else {
                        out.appendCodePoint(point);
                    }
                }
            }
        });
    }

    private static boolean isHarmful(int point) {
        if (point == ZERO_WIDTH_NON_JOINER || point == ZERO_WIDTH_JOINER) {
            return false;
        }
        int type = Character.getType(point);
        return type == Character.CONTROL || type == Character.SURROGATE || type == Character.FORMAT;
    }
}
