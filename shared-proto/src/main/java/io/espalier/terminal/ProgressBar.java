package io.espalier.terminal;

/** A bar of fixed width. */
record ProgressBar(int width, Glyphs glyphs) {
    /** @param fraction 0 to 1; anything outside is drawn as the nearer end */
    String render(double fraction) {
        double within = Double.isNaN(fraction) ? 0 : Math.min(1, Math.max(0, fraction));
        // Only what is finished is drawn full.
        int full = (int) Math.floor(within * width + 1e-9);
        return glyphs.full().repeat(full) + glyphs.empty().repeat(width - full);
    }
}
