package io.espalier.pruning.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds places for words beside points so that none covers another word or a point, or could be taken for the word of another
 * point; who comes first gets the better place. Lines are kept clear as far as that leaves a place.
 */
final class Labels {
    private static final double LETTER_WIDTH = 7.2;
    private static final double STRONG_LETTER_WIDTH = 8.1;
    private static final double LINE_HEIGHT = 15;
    private static final double BASE_LINE = 4;
    private static final double DISTANCE = 10;
    private static final double STRONG_DISTANCE = 15;
    /** A word nearer to another point than to its own says the wrong thing. */
    private static final double CLEAR = 12;
    /** Farther from its point than these places, a word could be another point's. */
    private static final int NEAR_PLACES = 4;

    private final double width;
    private final double height;
    private final List<Point> points = new ArrayList<>();
    private final List<Box> lines = new ArrayList<>();
    private final List<Box> words = new ArrayList<>();

    private record Point(double x, double y, Box box) {}

    private record Box(double left, double top, double right, double bottom) {
        boolean meets(Box other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }

        boolean isWithin(double distance, double x, double y) {
            return x > left - distance && x < right + distance && y > top - distance && y < bottom + distance;
        }
    }

    /** Which end of a word its place names. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** Where a word is written: a point on its base line. */
    record Place(double x, double y, Anchor anchor) {}

    /** @param left of the box's ends, the one that is named by the anchor */
    private record Choice(double left, double top, Anchor anchor) {}

    Labels(double width, double height) {
        this.width = width;
        this.height = height;
    }

    /** Keeps words away from a point. */
    void avoid(double x, double y, double radius) {
        points.add(new Point(x, y, new Box(x - radius, y - radius, x + radius, y + radius)));
    }

    /** Keeps words off a line across or upright. */
    void avoidLine(double x1, double y1, double x2, double y2) {
        lines.add(new Box(Math.min(x1, x2) - 1, Math.min(y1, y2) - 1, Math.max(x1, x2) + 1, Math.max(y1, y2) + 1));
    }

    /**
     * A place beside a point; empty where every place is taken.
     *
     * @param strong for a word in bold beside a larger point, which may also stand farther off, or across a line
     */
    Optional<Place> beside(double x, double y, String word, boolean strong) {
        Optional<Place> clear = place(x, y, word, strong, true);
        return clear.isPresent() || !strong ? clear : place(x, y, word, true, false);
    }

    private Optional<Place> place(double x, double y, String word, boolean strong, boolean clearOfLines) {
        double length = word.codePointCount(0, word.length()) * (strong ? STRONG_LETTER_WIDTH : LETTER_WIDTH);
        double away = strong ? STRONG_DISTANCE : DISTANCE;
        Choice[] choices = {
            new Choice(x - length / 2, y - away - LINE_HEIGHT, Anchor.MIDDLE),
            new Choice(x + away, y - LINE_HEIGHT / 2, Anchor.START),
            new Choice(x - away - length, y - LINE_HEIGHT / 2, Anchor.END),
            new Choice(x - length / 2, y + away, Anchor.MIDDLE),
            new Choice(x + away, y - away - LINE_HEIGHT, Anchor.START),
            new Choice(x + away, y + away, Anchor.START),
            new Choice(x - away - length, y - away - LINE_HEIGHT, Anchor.END),
            new Choice(x - away - length, y + away, Anchor.END)
        };
        for (Choice choice : strong ? choices : Arrays.copyOf(choices, NEAR_PLACES)) {
            Box box = new Box(choice.left, choice.top, choice.left + length, choice.top + LINE_HEIGHT);
            if (isFree(box, x, y, strong) && (!clearOfLines || lines.stream().noneMatch(box::meets))) {
                words.add(box);
                return Optional.of(new Place(
                        switch (choice.anchor) {
                            case START -> box.left;
                            case MIDDLE -> (box.left + box.right) / 2;
                            case END -> box.right;
                        },
                        box.bottom - BASE_LINE,
                        choice.anchor));
            }
        }
        return Optional.empty();
    }

    private boolean isFree(Box box, double x, double y, boolean strong) {
        boolean inside = box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
        return inside
                && words.stream().noneMatch(box::meets)
                && points.stream().noneMatch(point -> box.meets(point.box))
                // A bold word cannot be taken for one of a small point.
                && (strong
                        || points.stream()
                                .noneMatch(point ->
                                        (point.x != x || point.y != y) && box.isWithin(CLEAR, point.x, point.y)));
    }
}
