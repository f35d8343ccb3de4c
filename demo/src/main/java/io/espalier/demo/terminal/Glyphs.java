package io.espalier.demo.terminal;

import java.nio.charset.Charset;

/** The few signs that are not letters, and what replaces them where the terminal cannot show them. */
public record Glyphs(String done, String failed, String note, String full, String empty, String dot, String rule) {
    public static final Glyphs UNICODE = new Glyphs("✓", "✗", "↻", "█", "░", "·", "─");
    public static final Glyphs ASCII = new Glyphs("+", "x", "!", "#", ".", "-", "-");

    /** Unicode where the character set has it. */
    public static Glyphs forCharset(Charset charset) {
        return charset.newEncoder().canEncode("✓█µ─") ? UNICODE : ASCII;
    }

    /** Text with the letters these glyphs stand for: where there are no bars, there is no µ either. */
    String spell(String text) {
        return this == UNICODE
                ? text
                : text.replace("µ", "u")
                        .replace("·", "-")
                        .replace("→", "->")
                        .replace("≤", "<=")
                        .replace("×", "x")
                        .replace("±", "+-")
                        .replace("…", "...")
                        .replace("–", "-");
    }
}
