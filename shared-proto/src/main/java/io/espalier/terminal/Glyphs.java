package io.espalier.terminal;

import java.nio.charset.Charset;
import java.util.regex.Pattern;

/** The few signs that are not letters, and what replaces them where the terminal cannot show them. */
public record Glyphs(String done, String failed, String note, String full, String empty, String dot, String rule) {
    public static final Glyphs UNICODE = new Glyphs("✓", "✗", "↻", "█", "░", "·", "─");
    public static final Glyphs ASCII = new Glyphs("+", "x", "!", "#", ".", "-", "-");
    private static final Pattern COMMANDS = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\n]]");

    /** Unicode where the character set has it. */
    public static Glyphs forCharset(Charset charset) {
        return charset.newEncoder().canEncode("✓█µ─") ? UNICODE : ASCII;
    }

    /**
     * Text with the letters these glyphs stand for: where there are no bars, there is no µ either. Names come from other
     * people's files, so what would move the cursor or turn the writing direction becomes a question mark.
     */
    public String spell(String text) {
        String harmless = COMMANDS.matcher(text).replaceAll("?");
        return this == UNICODE
                ? harmless
                : harmless.replace("µ", "u")
                        .replace("·", "-")
                        .replace("→", "->")
                        .replace("≤", "<=")
                        .replace("×", "x")
                        .replace("±", "+-")
                        .replace("…", "...")
                        .replace("–", "-")
                        .replace("−", "-");
    }
}
