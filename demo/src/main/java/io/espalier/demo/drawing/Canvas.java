package io.espalier.demo.drawing;

/**
 * One grey image on which strokes are drawn with anti-aliased edges.
 *
 * <p>A stroke covers a pixel by how far its centre lies inside the stroke's edge, clamped to one pixel, which is exact
 * for straight edges along the axes and within a few percent elsewhere. Strokes are combined by maximum, so lines that
 * meet do not burn out.
 */
final class Canvas {
    private final int side;
    private final double[] ink;

    Canvas(int side) {
        this.side = side;
        this.ink = new double[side * side];
    }

    /** Draws the open line through the points {@code x0, y0, x1, y1, ...}, in pixels, with round ends. */
    void stroke(double[] points, double thickness, double strength) {
        for (int i = 0; i + 3 < points.length; i += 2) {
            segment(points[i], points[i + 1], points[i + 2], points[i + 3], thickness / 2, strength);
        }
    }

    /** Paints an axis-parallel rectangle over whatever was there. */
    void cover(int left, int top, int width, int height, double strength) {
        for (int y = Math.max(0, top); y < Math.min(side, top + height); y++) {
            for (int x = Math.max(0, left); x < Math.min(side, left + width); x++) {
                ink[y * side + x] = strength;
            }
        }
    }

    double at(int index) {
        return ink[index];
    }

    private void segment(double ax, double ay, double bx, double by, double radius, double strength) {
        double reach = radius + 1;
        int left = clamp(Math.floor(Math.min(ax, bx) - reach));
        int right = clamp(Math.ceil(Math.max(ax, bx) + reach));
        int top = clamp(Math.floor(Math.min(ay, by) - reach));
        int bottom = clamp(Math.ceil(Math.max(ay, by) + reach));
        double dx = bx - ax;
        double dy = by - ay;
        double lengthSquared = Math.max(1e-12, dx * dx + dy * dy);
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                double px = x + 0.5 - ax;
                double py = y + 0.5 - ay;
                double along = Math.min(1, Math.max(0, (px * dx + py * dy) / lengthSquared));
                double ox = px - along * dx;
                double oy = py - along * dy;
                double coverage = Math.min(1, radius + 0.5 - Math.sqrt(ox * ox + oy * oy));
                if (coverage > 0) {
                    int index = y * side + x;
                    ink[index] = Math.max(ink[index], coverage * strength);
                }
            }
        }
    }

    private int clamp(double pixel) {
        return (int) Math.min(side - 1.0, Math.max(0, pixel));
    }
}
